import type { Certificate, Content, FileForm, Inspection, Item, Key } from './model';

/** What of a certificate or its key a file holds. */
export type Held = 'certificate' | 'key' | 'both';

/** A file with a certificate, its key, or both. */
export interface GroupedFile<F> {
  file: F;
  held: Held;
  /** The first item that holds them. */
  item: Item;
}

/** A certificate, in how many files it may be. */
export interface CertificateGroup<F> {
  certificate: Certificate;
  /** CA, the device's own, or another. */
  role: 'ca' | 'device' | 'other';
  files: GroupedFile<F>[];
}

/** A private key whose certificate is in none of the files. */
export interface KeyGroup<F> {
  key: Key;
  files: GroupedFile<F>[];
}

/** What the firmware gets: its arrays and its flash records. */
const forms: ReadonlySet<FileForm> = new Set(['c', 'records']);

/**
 * Gathers what is in files by certificate: one group for one fingerprint, with its keys in it. The earliest expiry comes first, then
 * the device's own certificate.
 */
export function groupByCertificate<F extends { inspection: Inspection }>(
  files: readonly F[],
): { certificates: CertificateGroup<F>[]; keys: KeyGroup<F>[] } {
  const found = files.flatMap(file =>
    file.inspection.items.flatMap(item => item.contents.map(content => ({ file, item, content }))),
  );
  const certificates = gathered(
    found,
    content => (content.kind === 'certificate' ? content : undefined),
    ({ fingerprint }) => fingerprint,
  );
  const keys = gathered(
    found,
    content => (content.kind === 'key' ? content : undefined),
    key => key.public.fingerprint,
  );
  const groups = certificates.map(({ content: certificate, places }) => {
    const own = keys.find(({ content }) => content.public.fingerprint === certificate.key.fingerprint);
    const isOwn = own !== undefined || places.some(({ file }) => forms.has(file.inspection.form));
    return {
      certificate,
      role: certificate.isCa === true ? ('ca' as const) : isOwn ? ('device' as const) : ('other' as const),
      files: byFile(places, own?.places ?? []),
    };
  });
  const known = new Set(certificates.map(({ content }) => content.key.fingerprint));
  return {
    certificates: groups.sort(
      (a, b) =>
        Date.parse(a.certificate.notAfter) - Date.parse(b.certificate.notAfter) ||
        order.indexOf(a.role) - order.indexOf(b.role) ||
        (a.certificate.subject < b.certificate.subject ? -1 : 1),
    ),
    keys: keys
      .filter(({ content }) => !known.has(content.public.fingerprint))
      .map(({ content: key, places }) => ({ key, files: byFile([], places) })),
  };
}

const order: readonly CertificateGroup<unknown>['role'][] = ['device', 'other', 'ca'];

interface Place<F> {
  file: F;
  item: Item;
}

/** The contents of one kind, each once, with all the places that have it. */
function gathered<F, C>(
  found: readonly (Place<F> & { content: Content })[],
  choose: (content: Content) => C | undefined,
  nameOf: (content: C) => string,
): { content: C; places: Place<F>[] }[] {
  const groups = new Map<string, { content: C; places: Place<F>[] }>();
  for (const { file, item, content } of found) {
    const chosen = choose(content);
    if (chosen === undefined) continue;
    const name = nameOf(chosen);
    const group = groups.get(name) ?? { content: chosen, places: [] };
    group.places.push({ file, item });
    groups.set(name, group);
  }
  return [...groups.values()];
}

/** One entry for one file, whatever of both it holds. */
function byFile<F extends { inspection: Inspection }>(
  certificates: readonly Place<F>[],
  keys: readonly Place<F>[],
): GroupedFile<F>[] {
  const files = new Map<F, GroupedFile<F>>();
  for (const { file, item } of certificates)
    if (!files.has(file)) files.set(file, { file, item, held: 'certificate' });
  for (const { file, item } of keys) {
    const known = files.get(file);
    if (known === undefined) files.set(file, { file, item, held: 'key' });
    else if (known.held === 'certificate') known.held = 'both';
  }
  return [...files.values()].sort((a, b) => (a.file.inspection.file < b.file.inspection.file ? -1 : 1));
}
