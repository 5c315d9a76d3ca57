import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { maxObject } from '../../../sdk/tls';
import { certificateSetters } from '../cArrays';
import { evaluate, type Names, numberValue } from '../cExpression';
import { arrayNames, scriptFiles } from '../fileNames';
import { IncludeGraph, isSource, normalized } from '../includes';
import type { Call, Inspection, Item } from '../model';
import { dataOf, type Role, roleOf } from '../setters';
import { arrayOf, defaultRole } from './arrays';
import { ownRecords, recordLists } from './recordRules';
import { placeOf, type Report, type Rule, type Subject } from './rule';

/** C sources that get to the subject's file by their includes. */
function includers({ inspection, others }: Subject): string[] {
  const sources = others.filter(({ form }) => form === 'c');
  const graph = new IncludeGraph([inspection, ...sources]);
  return sources
    .map(({ file }) => file)
    .filter(file => isSource(file) && graph.reached([file]).has(normalized(inspection.file)));
}

function includedTwice(subject: Subject): Report[] {
  const { inspection } = subject;
  const shared = inspection.items.find(({ array }) => array && !array.isStatic);
  if (!shared || !/\.(h|hpp|inc)$/i.test(inspection.file)) return [];
  const files = includers(subject);
  if (files.length < 2) return [];
  const names = files.map(file => path.basename(file)).join(', ');
  const message = l10n.t('{0} is defined in each of {1}, which the linker rejects.', shared.name, names);
  return [{ range: placeOf(shared), message }];
}

function wrongLengths({ inspection }: Subject): Report[] {
  return inspection.items.flatMap((item, index): Report[] => {
    const { array } = item;
    if (!array) return [];
    const { length, sizeOf, isText } = array;
    const fix = { kind: 'correct length', item: index } as const;
    if (length === undefined) {
      if (!Object.values<string>(arrayNames).includes(item.name)) return [];
      const message = l10n.t('{0}_len is missing; the SDK’s example passes it to the device.', item.name);
      return [{ range: placeOf(item), severity: 'warning', message, fix }];
    }
    if (length.value === undefined) return [];
    // The device counts text with or without the NUL at its end.
    const right = length.value === item.size || (length.value === sizeOf && (isText || sizeOf === item.size));
    if (right) return [];
    const message = l10n.t(
      '{0} is {1}, but {2} has {3} bytes.',
      length.name,
      length.value,
      item.name,
      item.size,
    );
    return [{ range: length.range, message, fix }];
  });
}

function unfitTools({ inspection, project: { tools } }: Subject): Report[] {
  const name = path.basename(inspection.file).toLowerCase();
  if (inspection.form !== 'script' || tools === undefined || !scriptFiles.includes(name)) return [];
  const { python, openssl } = tools;
  const reports: Report[] = [];
  if (python !== undefined && major(python) > 2)
    reports.push({
      message: l10n.t('{0} needs Python 2; this host has Python {1}.', name, python),
      fix: { kind: 'regenerate' },
    });
  if (name === 'makefile.sh' && openssl !== undefined && major(openssl) > 2)
    reports.push({
      message: l10n.t(
        'OpenSSL {0} on this host writes the key as PKCS#8, which libssl cannot read.',
        openssl,
      ),
      fix: { kind: 'regenerate' },
    });
  return reports;
}

function major(version: string): number {
  return Number.parseInt(version, 10);
}

/** Reports what `judge` says of each call that gives the device a certificate or key. */
function eachCall(
  judge: (call: Call, array: Item | undefined, subject: Subject) => (Report | undefined)[],
): Rule['check'] {
  return subject =>
    subject.inspection.calls.flatMap(call => {
      if (roleOf(call) === undefined) return [];
      return judge(call, arrayOf(call, subject), subject).filter(report => report !== undefined);
    });
}

/** Which of the two an argument is: by what its array holds, else by the name that the SDK's headers give it. */
function kindOf(data: string, array: Item | undefined): 'certificate' | 'key' | undefined {
  const content = array?.contents[0];
  if (content !== undefined)
    return content.kind === 'certificate' || content.kind === 'key' ? content.kind : undefined;
  return defaultRole(data);
}

/** The items that the device takes as certificate or key by their names: its records, and the arrays of the SDK's headers. */
function namedItems({ inspection, device }: Subject): { item: Item; role: Role }[] {
  const records = recordLists(inspection).flatMap(list => {
    const { certificate, privateKey } = list.role === 'own' ? ownRecords(list, device) : {};
    return [
      ...(certificate ? [{ item: certificate, role: 'certificate' as const }] : []),
      ...(privateKey ? [{ item: privateKey, role: 'key' as const }] : []),
    ];
  });
  const arrays = inspection.items.flatMap(item => {
    const role = defaultRole(item.name);
    return item.array && role ? [{ item, role }] : [];
  });
  return [...records, ...arrays];
}

/** A key in the place of the certificate, and the other way around. */
function crossed(subject: Subject): Report[] {
  return namedItems(subject).flatMap(({ item, role }): Report[] => {
    if (!isCrossed(item, role)) return [];
    const message =
      role === 'certificate'
        ? l10n.t('“{0}” holds a private key; the device needs its certificate there.', item.name)
        : l10n.t('“{0}” holds a certificate; the device needs its private key there.', item.name);
    return [{ range: placeOf(item), severity: 'error', message, fix: { kind: 'regenerate' } }];
  });
}

function isCrossed({ contents }: Item, role: Role): boolean {
  return contents.some(({ kind }) => kind === otherRole[role]) && !contents.some(({ kind }) => kind === role);
}

const otherRole = { certificate: 'key', key: 'certificate' } as const;

function swapped(
  { function: callee, nameRange, arguments: [argument] }: Call,
  array: Item | undefined,
): Report[] {
  const data = dataOf(argument);
  const kind = kindOf(data, array);
  if (argument === undefined || kind === undefined) return [];
  const byName = defaultRole(data);
  // What is in the wrong array is said there.
  if (array !== undefined && byName !== undefined && isCrossed(array, byName)) return [];
  const right = kind === 'key' ? certificateSetters.privateKey : certificateSetters.certificate;
  if (callee === right) return [];
  const message =
    kind === 'key'
      ? l10n.t('{0} is a private key, not a certificate.', data)
      : l10n.t('{0} is a certificate, not a private key.', data);
  return [{ range: argument.range, message, fix: { kind: 'replace', range: nameRange, text: right } }];
}

/** What is known of the numbers and arrays of the project, from the file's view. */
function namesIn({ inspection, others }: Subject): Names & { isPointer: (name: string) => boolean } {
  const all = [inspection, ...others];
  const array = (name: string) => {
    const found = all
      .flatMap(({ items }) => items)
      .filter(item => item.array !== undefined && item.name === name);
    return found.length === 1 ? found[0] : undefined;
  };
  return {
    number(name) {
      const own = valuesOf(name, [inspection]);
      const values = own.size > 0 ? own : valuesOf(name, others);
      return values.size === 1 ? [...values][0] : undefined;
    },
    sizeOf: name => array(name)?.array?.sizeOf,
    stringLength: name => array(name)?.array?.stringLength,
    isPointer: name => array(name)?.array?.isPointer === true,
  };
}

/** What a name stands for in these files: a constant, or the length of an array. */
function valuesOf(name: string, files: readonly Inspection[]): Set<number> {
  return new Set([
    ...files.flatMap(({ constants }) =>
      constants.filter(each => each.name === name).map(({ value }) => value),
    ),
    ...files.flatMap(({ items }) =>
      items.flatMap(({ array }) => (array?.length?.name === name ? (array.length.value ?? []) : [])),
    ),
  ]);
}

function wrongArgument(call: Call, item: Item | undefined, subject: Subject): Report[] {
  const [data, length] = call.arguments;
  if (!data || !length) return [];
  const report = (message: string): Report => ({
    range: length.range,
    message,
    ...(item?.array?.length && {
      fix: { kind: 'replace', range: length.range, text: item.array.length.name },
    }),
  });
  const name = dataOf(data);
  if (isLength(data.text) && isArray(dataOf(length), subject))
    return [
      { range: data.range, message: l10n.t('The arguments are swapped: first the data, then its length.') },
    ];
  const other = /^(?:\([\w ]+\))?(\w+)_len$/.exec(length.text)?.[1];
  if (other !== undefined && other !== name && isArray(other, subject) && isArray(name, subject))
    return [report(l10n.t('{0} is the length of {1}, not of {2}.', `${other}_len`, other, name))];
  if (!item?.array) return [];
  const { array, size } = item;
  const names = namesIn(subject);
  const sized = /^sizeof[ (]*(\w+)\)?$/.exec(length.text)?.[1];
  if (sized !== undefined && names.isPointer(sized))
    return [report(l10n.t('{0} is a pointer: sizeof gives 4.', sized))];
  // A wrong variable of the array is said where it gets its number.
  if (length.text === array.length?.name) return [];
  const value = evaluate(length.text, names);
  if (value === undefined || isRightLength(value, item)) return [];
  if (length.text.includes('strlen') && value < size)
    return [
      report(
        l10n.t(
          '{0} is DER, which contains zero bytes: {1} gives {2}, not {3}.',
          name,
          length.text,
          value,
          size,
        ),
      ),
    ];
  return [report(l10n.t('{0} has {1} bytes, not {2}.', name, size, value))];
}

/** Text counts with or without its NUL; what is behind DER is ignored. */
function isRightLength(value: number, { size, array, trailing = 0 }: Item): boolean {
  return value === size || value === array?.sizeOf || (value >= size - trailing && value < size);
}

/** Whether an argument is a length by how it is written. */
function isLength(text: string): boolean {
  return numberValue(text) !== undefined || /^(?:\(\w+\))?\w+_len$|^sizeof\b|strlen\(/.test(text);
}

/** Whether a name is that of an array, here or in another file. */
function isArray(name: string, { inspection, others }: Subject): boolean {
  return (
    defaultRole(name) !== undefined ||
    [inspection, ...others].some(({ items }) =>
      items.some(item => item.array !== undefined && item.name === name),
    )
  );
}

function tooLong(call: Call, item: Item | undefined, subject: Subject): Report[] {
  const length = call.arguments[1];
  if (!length) return [];
  const value = evaluate(length.text, namesIn(subject)) ?? item?.size ?? 0;
  return value > maxObject
    ? [{ range: length.range, message: l10n.t('{0} bytes: the device accepts at most 8192.', value) }]
    : [];
}

export const sourceRules: Rule[] = [
  {
    id: 'SSL100',
    group: 'certificates',
    severity: 'error',
    title: () => l10n.t('The header is included in several sources'),
    explanation: () =>
      l10n.t(
        'cert.h and private_key.h define their arrays, so every source that includes them defines the same names again. Include them in one source, or declare the arrays static.',
      ),
    source: 'C99 6.9: one definition; xxd -i writes neither static nor an include guard.',
    example: {
      code: String.raw`-#include "cert.h"
+extern unsigned char default_certificate[];
+extern unsigned int default_certificate_len;

void ICACHE_FLASH_ATTR print_certificate(void)
{
    os_printf("%02x..., %u bytes\n", default_certificate[0], default_certificate_len);
}
`,
      others: { 'certificates.c': '#include "cert.h"\n#include "private_key.h"\n' },
    },
    check: includedTwice,
  },
  {
    id: 'SSL101',
    group: 'certificates',
    severity: 'error',
    title: () => l10n.t('The length does not match the array'),
    explanation: () =>
      l10n.t(
        'The device reads as many bytes as the variable NAME_len says: a smaller number truncates the certificate, a larger one reads past its end. Correct the number, or regenerate the header.',
      ),
    source:
      'tools/makefile.sh: xxd -i writes NAME_len; espconn_secure_set_default_certificate copies as many bytes as it is told (espconn_mbedtls.c).',
    example: {
      isCommands: true,
      code: String.raw`openssl req -x509 -newkey rsa:2048 -nodes -days 825 -subj /CN=192.168.4.1 \
    -addext subjectAltName=IP:192.168.4.1 -keyout device.key -outform DER -out device.cer
echo "unsigned char default_certificate[] = { $(xxd -i < device.cer) };" > cert.h
-echo "unsigned int default_certificate_len = 512;" >> cert.h
+echo "unsigned int default_certificate_len = $(wc -c < device.cer);" >> cert.h
esp8266-ssl inspect cert.h
`,
    },
    check: wrongLengths,
  },
  {
    id: 'SSL116',
    group: 'certificates',
    severity: 'warning',
    title: () => l10n.t('The SDK’s script does not work with current programs'),
    explanation: () =>
      l10n.t(
        'The SDK’s scripts are for Python 2 and OpenSSL 1: with newer versions they fail, or write a key that libssl cannot read. “Generate Certificates…” or esp8266-ssl certs makes the same files without them.',
      ),
    source: 'tools/*.py have print statements; OpenSSL 3: `openssl rsa -outform DER` writes PKCS#8.',
    example: {
      isCommands: true,
      code: String.raw`-python3 tools/make_cert.py || esp8266-ssl inspect tools/make_cert.py
+esp8266-ssl certs --name 192.168.4.1 --out ssl
+esp8266-ssl inspect ssl/esp_cert_private_key.bin
`,
      others: { 'tools/make_cert.py': "print 'open server certificate'\n" },
    },
    check: unfitTools,
  },
  {
    id: 'SSL117',
    group: 'certificates',
    severity: 'warning',
    title: () => l10n.t('Certificate and private key are swapped'),
    explanation: () =>
      l10n.t(
        'espconn_secure_set_default_certificate takes the certificate, espconn_secure_set_default_private_key the key; the records “certificate” and “private_key” of esp_cert_private_key.bin likewise. If they are swapped, every handshake fails. Swap them.',
      ),
    source: 'espconn.h; espconn_mbedtls.c parses what it is given at the first handshake.',
    example: {
      code: String.raw`#include "cert.h"
#include "private_key.h"

void ICACHE_FLASH_ATTR prepare(void)
{
-    espconn_secure_set_default_certificate(default_private_key, default_private_key_len);
+    espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
    espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
}
`,
    },
    check: subject => [...crossed(subject), ...eachCall(swapped)(subject)],
  },
  {
    id: 'SSL118',
    group: 'certificates',
    severity: 'warning',
    title: () => l10n.t('The length in the call does not match the array'),
    explanation: () =>
      l10n.t(
        'A number in the call is wrong for the next certificate, and sizeof applied to a pointer gives the size of the pointer. Pass the variable NAME_len.',
      ),
    source: 'espconn.h: the second parameter is the length of the data in bytes.',
    example: {
      code: String.raw`#include "cert.h"

void ICACHE_FLASH_ATTR prepare(void)
{
-    espconn_secure_set_default_certificate(default_certificate, 1024);
+    espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
}
`,
    },
    check: eachCall(wrongArgument),
  },
  {
    id: 'SSL119',
    group: 'certificates',
    severity: 'warning',
    title: () => l10n.t('The data is longer than the device accepts'),
    explanation: () =>
      l10n.t(
        'libmbedtls accepts certificates and keys of at most 8192 bytes. Use a smaller key or a shorter chain.',
      ),
    source: 'espconn_secure.c of SDK 2.2 to 3.0.6: lengths above 8192 give false.',
    example: {
      code: String.raw`#include "cert.h"

-static uint8 chain[10000];
-
void ICACHE_FLASH_ATTR prepare(void)
{
-    os_memcpy(chain, default_certificate, default_certificate_len);
-    espconn_secure_set_default_certificate(chain, 10000);
+    espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
}
`,
    },
    check: eachCall(tooLong),
  },
];
