import type { SdkVersion, TlsAbilities } from '../sdk/tls';
import type { FileContents, FileFacts } from './contents';
import type { FlashFinding } from './finding';
import { asFinding, checkLayout } from './findings';
import { type FileSizes, type Layout, layoutOf } from './layout';

/** What a project's file says that the flash depends on. */
export interface FlashProject {
  /** The part `flash`, as it is there. */
  flash: unknown;
  sdk: SdkVersion;
  abilities: TlsAbilities | undefined;
  /** The folder of generated record files, as the project names it. */
  records: string;
}

/** A layout with the sizes that its files have, and all that is wrong with it. */
export interface CheckedLayout {
  layout: Layout;
  sizes: FileSizes;
  /** What its files hold, by their name in the project, as far as it is known. */
  contents: ReadonlyMap<string, FileContents>;
  findings: FlashFinding[];
}

/** Larger files are too large for their place, or nothing that the chip starts: they are not read. */
const maxRead = 2 ** 20;

/**
 * What is known of the files that a project names, by these names; a file that is not there has none. One that lies outside of the
 * project is not read: who makes a project must not reach the other files of who opens it.
 */
export type ReadFacts = (files: readonly string[]) => Promise<ReadonlyMap<string, FileFacts | 'outside'>>;

/** Returns the layout of a project, and checks it and what its files are. */
export async function checkedLayout(
  { flash, ...context }: FlashProject,
  readFacts: ReadFacts,
): Promise<CheckedLayout> {
  const named = layoutOf(flash, { ...context, sizes: new Map() });
  const found = await readFacts([...named.images, ...named.regions].flatMap(({ file }) => file ?? []));
  const facts = new Map<string, FileFacts>();
  for (const [file, known] of found) if (known !== 'outside') facts.set(file, known);
  const sizes = new Map(Array.from(facts, ([file, { size }]) => [file, size] as const));
  const layout = layoutOf(flash, { ...context, sizes });
  const contents = await contentsIn(layout, facts);
  const findings = checkLayout(layout, sizes, contents).map((finding): FlashFinding =>
    finding.kind === 'file-missing' && found.get(finding.file) === 'outside'
      ? asFinding({ path: finding.path, kind: 'file-outside', file: finding.file })
      : finding,
  );
  return { layout, sizes, contents, findings };
}

/** What the files of a layout hold. */
async function contentsIn(
  { images, regions }: Layout,
  facts: ReadonlyMap<string, FileFacts>,
): Promise<Map<string, FileContents>> {
  const contents = new Map<string, FileContents>();
  for (const file of new Set([...images, ...regions].flatMap(({ file }) => file ?? []))) {
    const known = facts.get(file);
    if (known === undefined || known.size > maxRead) continue;
    const held = await known.contents();
    if (held !== undefined) contents.set(file, held);
  }
  return contents;
}
