import { checkLayout, type FlashFinding } from '../../flash/findings';
import { type FileSizes, type Layout, layoutOf } from '../../flash/layout';
import { linkedLibrary } from '../../project/linkedLibrary';
import { parseProject, projectFileName } from '../../project/projectFile';
import { checkedTarget, type Target } from '../../project/target';

/** The flash layout of a project's file, with all that is wrong with it. */
export interface ProjectLayout {
  /** The part `flash` of the file, as it stands there. */
  part: unknown;
  layout: Layout;
  sizes: FileSizes;
  findings: FlashFinding[];
}

/** Reads the layout in the text of a project's file. Throws a Problem when the text is no JSON. */
export async function readLayout(
  text: string,
  sizesOf: (files: Iterable<string>) => Promise<FileSizes>,
): Promise<ProjectLayout> {
  const project: unknown = text.trim() === '' ? {} : parseProject(text, projectFileName);
  const value = (key: string) =>
    typeof project === 'object' && project !== null
      ? new Map<string, unknown>(Object.entries(project)).get(key)
      : undefined;
  const part = value('flash');
  const { sdk, abilities } = linkedLibrary(targetOf(value('sdk'), value('tlsLibrary')));
  const named = layoutOf(part, { sdk, abilities, sizes: new Map() });
  const files = [...named.images, ...named.regions].flatMap(({ file }) => file ?? []);
  const sizes = await sizesOf(files);
  const layout = layoutOf(part, { sdk, abilities, sizes });
  return { part, layout, sizes, findings: checkLayout(layout, sizes) };
}

/** A target that the file names and nobody knows is for the file's schema to complain of. */
function targetOf(sdk: unknown, tlsLibrary: unknown): Target {
  try {
    return checkedTarget(sdk, tlsLibrary);
  } catch {
    return {};
  }
}
