import type { SdkVersion, TlsAbilities } from '../sdk/tls';
import { checkLayout, type FlashFinding } from './findings';
import { type FileSizes, type Layout, layoutOf } from './layout';

/** What a project's file says that the flash depends on. */
export interface FlashProject {
  /** The part `flash`, as it stands there. */
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
  findings: FlashFinding[];
}

/** Returns the layout of a project, and checks it. `sizesOf` tells the sizes of files that the project names. */
export async function checkedLayout(
  { flash, ...context }: FlashProject,
  sizesOf: (files: readonly string[]) => Promise<FileSizes>,
): Promise<CheckedLayout> {
  const named = layoutOf(flash, { ...context, sizes: new Map() });
  const sizes = await sizesOf([...named.images, ...named.regions].flatMap(({ file }) => file ?? []));
  const layout = layoutOf(flash, { ...context, sizes });
  return { layout, sizes, findings: checkLayout(layout, sizes) };
}
