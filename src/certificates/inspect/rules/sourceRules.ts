import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { caEnabler, certificateSetters, numberValue } from '../cArrays';
import { arrayNames, scriptFiles } from '../inspectFile';
import type { Call, Inspection, Item } from '../model';
import { placeOf, type Report, type Rule, type Subject } from './rule';

/** Longest data that espconn_secure_set_default_* of libmbedtls takes (espconn_secure.c). */
const mostBytes = 8192;

/** C sources that get to the subject's file by their includes. */
function includers({ inspection, others }: Subject): string[] {
  const sources = others.filter(({ form }) => form === 'c');
  const graph = new IncludeGraph([inspection, ...sources]);
  return sources
    .map(({ file }) => file)
    .filter(file => /\.(c|cpp|cc)$/i.test(file) && graph.reaches(file, inspection.file));
}

/** Who includes whom, as far as names tell: a path relative to the includer, else the only file that ends so. */
class IncludeGraph {
  readonly #byName = new Map<string, string[]>();
  readonly #includes = new Map<string, string[]>();

  constructor(files: readonly Inspection[]) {
    for (const { file, includes } of files) {
      this.#includes.set(normalized(file), includes);
      const name = path.posix.basename(normalized(file));
      this.#byName.set(name, [...(this.#byName.get(name) ?? []), normalized(file)]);
    }
  }

  reaches(from: string, to: string): boolean {
    const target = normalized(to);
    const seen = new Set([normalized(from)]);
    for (const file of seen) {
      if (file === target) return true;
      for (const name of this.#includes.get(file) ?? []) {
        const included = this.#resolve(file, name);
        if (included !== undefined) seen.add(included);
      }
    }
    return false;
  }

  #resolve(from: string, name: string): string | undefined {
    const relative = path.posix.join(path.posix.dirname(from), normalized(name));
    if (this.#includes.has(relative)) return relative;
    const tail = normalized(name).replace(/^(\.\.?\/)+/, '');
    const candidates = (this.#byName.get(path.posix.basename(tail)) ?? []).filter(file =>
      `/${file}`.endsWith(`/${tail}`),
    );
    return candidates.length === 1 ? candidates[0] : undefined;
  }
}

function normalized(file: string): string {
  return path.posix.normalize(file.replaceAll('\\', '/'));
}

function includedTwice(subject: Subject): Report[] {
  const { inspection } = subject;
  const shared = inspection.items.find(({ array }) => array && !array.isStatic);
  if (!shared || !/\.(h|hpp|inc)$/i.test(inspection.file)) return [];
  const files = includers(subject);
  if (files.length < 2) return [];
  const names = files.map(file => path.basename(file)).join(', ');
  const message = l10n.t('{0} is defined in each of {1}: the linker refuses that.', shared.name, names);
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
      const message = l10n.t('{0}_len is missing, which the SDK’s example gives to the device.', item.name);
      return [{ range: placeOf(item), severity: 'warning', message, fix }];
    }
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
      message: l10n.t('{0} needs Python 2; here is Python {1}.', name, python),
      fix: { kind: 'regenerate' },
    });
  if (name === 'makefile.sh' && openssl !== undefined && major(openssl) > 2)
    reports.push({
      message: l10n.t('OpenSSL {0} here writes the key as PKCS#8, which libssl cannot read.', openssl),
      fix: { kind: 'regenerate' },
    });
  return reports;
}

function major(version: string): number {
  return Number.parseInt(version, 10);
}

/** The array that an argument names. */
function arrayOf(name: string | undefined, { inspection, others }: Subject): Item | undefined {
  const found = [inspection, ...others]
    .flatMap(({ items }) => items)
    .filter(item => item.array !== undefined && item.name === name);
  return found.length === 1 ? found[0] : undefined;
}

/** Reports what `judge` says of each call that gives the device a certificate or key. */
function eachCall(judge: (call: Call, array: Item | undefined) => (Report | undefined)[]): Rule['check'] {
  return subject =>
    subject.inspection.calls.flatMap(call => {
      if (call.function === caEnabler) return [];
      const data = call.arguments[0]?.text.replace(/^\((?:uint8|uint8_t|unsignedchar|u8)\*\)/, '');
      return judge(call, arrayOf(data, subject)).filter(report => report !== undefined);
    });
}

function swapped(call: Call, array: Item | undefined): Report[] {
  const content = array?.contents[0];
  const [argument] = call.arguments;
  if (!argument || !array) return [];
  if (call.function === certificateSetters.certificate && content?.kind === 'key')
    return [
      { range: argument.range, message: l10n.t('{0} is a private key, not a certificate.', array.name) },
    ];
  if (call.function === certificateSetters.privateKey && content?.kind === 'certificate')
    return [
      { range: argument.range, message: l10n.t('{0} is a certificate, not a private key.', array.name) },
    ];
  return [];
}

function wrongArgument({ arguments: [, length] }: Call, item: Item | undefined): Report[] {
  if (!length || !item?.array) return [];
  const value = numberValue(length.text);
  if (value !== undefined && value !== item.size && value !== item.array.sizeOf) {
    const message = l10n.t('{0} has {1} bytes, not {2}.', item.name, item.size, value);
    return [{ range: length.range, message }];
  }
  return item.array.isPointer && [`sizeof(${item.name})`, `sizeof${item.name}`].includes(length.text)
    ? [{ range: length.range, message: l10n.t('{0} is a pointer: sizeof gives 4.', item.name) }]
    : [];
}

function tooLong({ arguments: [, length] }: Call, item: Item | undefined): Report[] {
  if (!length) return [];
  const value = numberValue(length.text) ?? item?.size ?? 0;
  return value > mostBytes
    ? [{ range: length.range, message: l10n.t('{0} bytes: the device takes 8192 at most.', value) }]
    : [];
}

export const sourceRules: Rule[] = [
  {
    id: 'SSL100',
    severity: 'error',
    title: () => l10n.t('The header is included in several sources'),
    explanation: () =>
      l10n.t(
        'cert.h and private_key.h define their arrays, so that each source which includes them has its own of the same name. Include them in one source, or declare the arrays static.',
      ),
    check: includedTwice,
  },
  {
    id: 'SSL101',
    severity: 'error',
    title: () => l10n.t('The length is not that of the array'),
    explanation: () =>
      l10n.t(
        'The device reads as many bytes as the variable NAME_len says: with too few the certificate is cut off, with too many it reads what stands behind. Correct the number, or generate the header anew.',
      ),
    check: wrongLengths,
  },
  {
    id: 'SSL116',
    severity: 'warning',
    title: () => l10n.t('The SDK’s script does not work with today’s programs'),
    // tools/*.py have print statements; OpenSSL 3: `openssl rsa -outform DER` writes PKCS#8.
    explanation: () =>
      l10n.t(
        'The SDK’s scripts are for Python 2 and OpenSSL 1: with newer ones they stop, or write a key that libssl cannot read. “Generate Certificates…” or esp8266-ssl certs makes the same files without them.',
      ),
    check: unfitTools,
  },
  {
    id: 'SSL117',
    severity: 'warning',
    title: () => l10n.t('Certificate and private key are exchanged'),
    explanation: () =>
      l10n.t(
        'espconn_secure_set_default_certificate takes the certificate, espconn_secure_set_default_private_key the key. Exchanged, the handshake fails later. Exchange the arguments.',
      ),
    check: eachCall(swapped),
  },
  {
    id: 'SSL118',
    severity: 'warning',
    title: () => l10n.t('The length in the call is not that of the array'),
    explanation: () =>
      l10n.t(
        'A number in the call goes wrong with the next certificate, and sizeof of a pointer is that of the pointer. Give the variable NAME_len.',
      ),
    check: eachCall(wrongArgument),
  },
  {
    id: 'SSL119',
    severity: 'warning',
    title: () => l10n.t('The data is longer than the device takes'),
    explanation: () =>
      l10n.t(
        'libmbedtls takes certificates and keys of 8192 bytes at most. Use a smaller key or a shorter chain.',
      ),
    check: eachCall(tooLong),
  },
];
