import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { takesPlaceOf } from '../../caName';
import { type RecordFault, recordNames } from '../../flashRecords';
import { type InsteadOfRecords, insteadOfRecordsText } from '../../insteadOfRecords';
import { recordFiles } from '../fileNames';
import type { Device } from '../obstacles';
import type { Fault, Inspection, Item } from '../model';
import { contentsOf, placeOf, type Report, type Rule, type Subject } from './rule';

/** CA records that the manual allows (SSL manual 1.0, 3.1). */
const maxCaRecords = 2;

/** Whether a record file holds CA certificates or the device's own pair; undefined for other files. */
export function recordRole(inspection: Inspection): 'ca' | 'own' | undefined {
  if (inspection.form !== 'records') return undefined;
  const name = path.basename(inspection.file).toLowerCase();
  if (name === recordFiles.own) return 'own';
  if (name === recordFiles.ca) return 'ca';
  return contentsOf(inspection).some(({ content }) => content.kind === 'key') ? 'own' : 'ca';
}

/** The records of a file, or of an array in C. */
export interface RecordList {
  items: Item[];
  role: 'ca' | 'own';
}

/** The lists of records in a file. */
export function recordLists(inspection: Inspection): RecordList[] {
  const role = recordRole(inspection);
  if (role !== undefined)
    return inspection.faults.some(({ kind }) => isInstead(kind)) ? [] : [{ items: inspection.items, role }];
  const lists = new Map<string, Item[]>();
  for (const item of inspection.items) {
    if (item.list === undefined) continue;
    const items = lists.get(item.list) ?? [];
    items.push(item);
    lists.set(item.list, items);
  }
  return [...lists].map(([name, items]) => {
    const hasKey = items.some(({ contents }) => contents.some(({ kind }) => kind === 'key'));
    const like = (file: string) => name.toLowerCase().includes(file.replace('.', '_'));
    return { items, role: like(recordFiles.own) || (hasKey && !like(recordFiles.ca)) ? 'own' : 'ca' };
  });
}

/** The list that an item is a record of. */
export function listOf(item: Item, inspection: Inspection): RecordList | undefined {
  return recordLists(inspection).find(({ items }) => items.includes(item));
}

/**
 * The records that the device takes as its own: libssl searches the words anywhere in the name (strstr), libmbedtls at its beginning
 * (memcmp); both take the first.
 */
export function ownRecords(
  { items }: Pick<Inspection, 'items'>,
  { abilities }: Device,
): { certificate?: Item; privateKey?: Item } {
  const find = (word: string) =>
    items.find(({ name }) => (abilities.library === 'libssl' ? name.includes(word) : name.startsWith(word)));
  const certificate = find(recordNames.certificate);
  const privateKey = find(recordNames.privateKey);
  return { ...(certificate && { certificate }), ...(privateKey && { privateKey }) };
}

function broken({ inspection, device }: Subject): Report[] {
  if (inspection.form !== 'records' && inspection.form !== 'esp-at') return [];
  const { library, recordWindow } = device.abilities;
  const reports = inspection.faults.map(({ kind, range }): Report => ({
    range,
    message: isInstead(kind)
      ? insteadOfRecordsText(kind, path.basename(inspection.file))
      : l10n.t('Byte {0}: {1}', range.offset, faultText(kind)),
    fix: { kind: 'regenerate' },
  }));
  const last = inspection.items.at(-1)?.range;
  const end = last ? last.offset + last.length : 0;
  if (last && end > recordWindow)
    reports.push({
      range: last,
      message: l10n.t('The records occupy {0} bytes; {1} reads only {2}.', end, library, recordWindow),
    });
  if (!last && inspection.faults.length === 0)
    reports.push({ message: l10n.t('The file has no records.'), fix: { kind: 'regenerate' } });
  return reports;
}

function isInstead(kind: Fault['kind']): kind is InsteadOfRecords {
  return kind === 'pem' || kind === 'der' || kind === 'image' || kind === 'esp-at';
}

/** What is wrong at a place of a record file, as the end of a sentence. */
function faultText(kind: RecordFault['kind']): string {
  switch (kind) {
    case 'name':
      return l10n.t('expected a record name.');
    case 'empty':
      return l10n.t('the record’s length is 0.');
    case 'cut off':
      return l10n.t('the record extends beyond the end of the file.');
    case 'zero padding':
      return l10n.t('the file is padded with 0x00, which the device reads as records; pad with 0xFF.');
    case 'rest':
      return l10n.t('unexpected data after the last record.');
  }
}

/** The records of each list of CA certificates. */
function caLists({ inspection }: Subject): Item[][] {
  return recordLists(inspection).flatMap(({ items, role }) => (role === 'ca' ? [items] : []));
}

function missingOwn({ inspection, device }: Subject): Report[] {
  return recordLists(inspection).flatMap((list): Report[] => {
    if (list.role !== 'own') return [];
    const own = ownRecords(list, device);
    const [items, taken] = [new Set(list.items), new Set(Object.values<Item>(own))];
    const candidates = contentsOf(inspection).filter(({ item }) => items.has(item) && !taken.has(item));
    return [
      ...(own.certificate ? [] : missing(candidates, recordNames.certificate, 'certificate', list)),
      ...(own.privateKey ? [] : missing(candidates, recordNames.privateKey, 'key', list)),
    ];
  });
}

/** Offers to rename the record that holds what is missed, if there is just one. */
function missing(
  all: ReturnType<typeof contentsOf>,
  name: string,
  kind: 'certificate' | 'key',
  { items: [first] }: RecordList,
): Report[] {
  const candidates = all.filter(({ content }) => content.kind === kind);
  const [candidate] = candidates;
  if (candidate === undefined || candidates.length > 1) {
    const message = l10n.t('The record “{0}” is missing.', name);
    // In C, at the array.
    const place = first?.list === undefined ? {} : { range: placeOf(first) };
    return [{ ...place, message, fix: { kind: 'regenerate' } }];
  }
  const message = l10n.t('The device looks for “{0}”, not for “{1}”.', name, candidate.item.name);
  return [
    { range: placeOf(candidate.item), message, fix: { kind: 'rename record', item: candidate.index, name } },
  ];
}

/** Where the CA cannot be the one that signed: it is none, or the one beside it has its name and another key. */
function wrongCa(subject: Subject): Report[] {
  const { inspection, others } = subject;
  const records = new Set(caLists(subject).flat());
  if (records.size === 0) return [];
  const folder = path.dirname(inspection.file);
  const beside = others
    .filter(({ file, form }) => path.dirname(file) === folder && form === 'pem')
    .flatMap(other => contentsOf(other).map(({ content }) => ({ content, file: other.file })));
  return contentsOf(inspection).flatMap(({ content, item }): Report[] => {
    if (content.kind !== 'certificate' || !records.has(item)) return [];
    const range = placeOf(item);
    if (content.isCa === false) {
      return [{ range, message: l10n.t('The certificate of {0} is not a CA certificate.', content.subject) }];
    }
    const other = beside.find(
      each =>
        each.content.kind === 'certificate' &&
        each.content.isCa !== false &&
        takesPlaceOf(each.content.subject, content.subject) &&
        each.content.key.fingerprint !== content.key.fingerprint,
    );
    if (!other) return [];
    const message = l10n.t(
      '{0} is another CA: certificates that it signed do not verify against this record.',
      path.basename(other.file),
    );
    return [{ range, message, fix: { kind: 'regenerate' } }];
  });
}

export const recordRules: Rule[] = [
  {
    id: 'SSL110',
    group: 'certificates',
    severity: 'error',
    title: () => l10n.t('The record file is damaged or too large'),
    explanation: () =>
      l10n.t(
        'A record has a 32-byte name, a 2-byte length and the data; the list ends at erased flash (0xFF). libssl reads one sector (4096 bytes), libmbedtls two. Anything beyond is misread or ignored. Regenerate the file.',
      ),
    source:
      'tools/make_cacert.py; espconn_mbedtls.c and libssl read no further than a length of 0xFFFF, 4096 or 8192 bytes.',
    example: {
      isCommands: true,
      code: String.raw`esp8266-ssl certs --name 192.168.4.1 --out ssl
-head -c 4096 /dev/zero > sector.bin
+head -c 4096 /dev/zero | tr '\0' '\377' > sector.bin
dd if=ssl/esp_ca_cert.bin of=sector.bin conv=notrunc
esp8266-ssl inspect sector.bin
`,
    },
    check: broken,
  },
  {
    id: 'SSL111',
    group: 'certificates',
    severity: 'warning',
    title: () => l10n.t('More CA records than the SDK accepts'),
    explanation: () =>
      l10n.t('The manual allows two CA certificates in esp_ca_cert.bin. Remove those that are not needed.'),
    source: 'SSL manual 1.0, 3.1; CONFIG_X509_MAX_CA_CERTS of libssl is 3.',
    example: {
      isCommands: true,
      code: String.raw`for name in first second third; do esp8266-ssl certs --tls-library libssl --out $name; done
-cat first/esp_ca_cert.bin second/esp_ca_cert.bin third/esp_ca_cert.bin > esp_ca_cert.bin
+cat first/esp_ca_cert.bin second/esp_ca_cert.bin > esp_ca_cert.bin
esp8266-ssl inspect esp_ca_cert.bin --tls-library libssl
`,
    },
    check: subject => {
      return caLists(subject).flatMap(items =>
        items.slice(maxCaRecords, maxCaRecords + 1).map(item => ({
          range: placeOf(item),
          message: l10n.t('Record {0} of {1}: the SDK accepts two.', maxCaRecords + 1, items.length),
        })),
      );
    },
  },
  {
    id: 'SSL112',
    group: 'certificates',
    severity: 'warning',
    title: () => l10n.t('libmbedtls loads the first CA record only'),
    explanation: () =>
      l10n.t(
        'libmbedtls loads only the first record of esp_ca_cert.bin. Put the needed CA first, or put several CAs into one record as PEM.',
      ),
    source: 'espconn_mbedtls.c has no loop over CA records.',
    example: {
      isCommands: true,
      code: String.raw`for name in old new; do esp8266-ssl certs --tls-library libmbedtls --out $name; done
-cat old/esp_ca_cert.bin new/esp_ca_cert.bin > esp_ca_cert.bin
+cat new/esp_ca_cert.bin > esp_ca_cert.bin
esp8266-ssl inspect esp_ca_cert.bin --tls-library libmbedtls
`,
    },
    check: subject => {
      const { library, caRecords: most } = subject.device.abilities;
      if (most >= maxCaRecords) return [];
      return caLists(subject)
        .flatMap(items => items.slice(most))
        .map(item => ({
          range: placeOf(item),
          message: l10n.t('{0} loads the first CA record only; “{1}” is not used.', library, item.name),
        }));
    },
  },
  {
    id: 'SSL113',
    group: 'certificates',
    severity: 'error',
    title: () => l10n.t('A record that the device needs is missing or misnamed'),
    explanation: () =>
      l10n.t(
        'In esp_cert_private_key.bin the device looks for records whose names start with “certificate” and “private_key”. Rename the records, or regenerate the file.',
      ),
    source:
      'tools/make_cert.py; espconn_mbedtls.c compares the beginnings of names, libssl searches in them.',
    example: {
      isCommands: true,
      code: String.raw`esp8266-ssl certs --name 192.168.4.1 --out ssl
mkdir flash
-cp ssl/esp_ca_cert.bin flash/esp_cert_private_key.bin
+cp ssl/esp_cert_private_key.bin flash/esp_cert_private_key.bin
esp8266-ssl inspect flash/esp_cert_private_key.bin
`,
    },
    check: missingOwn,
  },
  {
    id: 'SSL114',
    group: 'certificates',
    severity: 'warning',
    title: () => l10n.t('The CA record does not match the signing CA'),
    explanation: () =>
      l10n.t(
        'The device verifies its peer against the CA in esp_ca_cert.bin. If this is not the CA that signed the peer’s certificate, every handshake fails. Generate the file from the CA in use.',
      ),
    source:
      'SSL manual 1.0, 3.2; x509_crt.c of mbed TLS 2.2.1 looks for the issuer among the CA certificates.',
    example: {
      isCommands: true,
      code: String.raw`esp8266-ssl certs --name 192.168.4.1 --out ssl
cp ssl/esp_ca_cert.bin esp_ca_cert.bin
esp8266-ssl certs --name 192.168.4.1 --out ssl --new-ca
+cp ssl/esp_ca_cert.bin esp_ca_cert.bin
cp ssl/ca.crt ca.crt
esp8266-ssl inspect esp_ca_cert.bin ca.crt
`,
    },
    check: wrongCa,
  },
];
