import { chosenSeverities } from '../findings/chosenSeverities';
import type { ChosenSeverities } from '../findings/severity';
import { checkedLayout, type CheckedLayout, type FlashProject, type ReadFacts } from '../flash/checkedLayout';
import { linkedLibrary } from './linkedLibrary';
import { parseProject, projectFileName, readProjectPart } from './projectFile';
import { reportedFindings } from './reportedFlash';
import { namedRecordFolder } from './recordFolder';
import { checkedTarget, readTarget, type Target } from './target';

/** A project's flash layout with all that is wrong with it, and what of the project's file it was made from. */
export interface ProjectLayout extends CheckedLayout {
  /** The part `flash` of the file, as it is there. */
  part: unknown;
}

/** Reads what a project's file in `folder` says of the flash. Throws a Problem for a file or a target that cannot be understood. */
export async function readFlashProject(folder: string): Promise<FlashProject> {
  const parts = new Map<string, unknown>();
  for (const name of ['flash', 'certificates']) parts.set(name, await readProjectPart(folder, name));
  return flashProject(parts, await readTarget(folder));
}

/**
 * Reads the layout in the text of a project's file, with the findings as its own settings and marks have them and as `severities` has
 * them, which come first. Throws a Problem when the text is no JSON.
 */
export async function readLayout(
  text: string,
  readFacts: ReadFacts,
  severities: ChosenSeverities = new Map(),
): Promise<ProjectLayout> {
  const project: unknown = text.trim() === '' ? {} : parseProject(text, projectFileName);
  const parts = new Map<string, unknown>(
    typeof project === 'object' && project !== null ? Object.entries(project) : [],
  );
  const read = flashProject(parts, targetOf(parts.get('sdk'), parts.get('tlsLibrary')));
  const checked = await checkedLayout(read, readFacts);
  const chosen = new Map([...ownSeverities(parts.get('analysis')), ...severities]);
  return { part: read.flash, ...checked, findings: reportedFindings(checked.findings, text, chosen) };
}

/** A rule or severity that there is not is for the file's schema to complain of. */
function ownSeverities(analysis: unknown): ChosenSeverities {
  const isObject = typeof analysis === 'object' && analysis !== null;
  return chosenSeverities(isObject && 'rules' in analysis ? analysis.rules : undefined).chosen;
}

function flashProject(parts: ReadonlyMap<string, unknown>, target: Target): FlashProject {
  const { sdk, abilities } = linkedLibrary(target);
  const records = namedRecordFolder(parts.get('certificates'));
  return { flash: parts.get('flash'), sdk, abilities, records };
}

/** A target that the file names and nobody knows is for the file's schema to complain of. */
function targetOf(sdk: unknown, tlsLibrary: unknown): Target {
  try {
    return checkedTarget(sdk, tlsLibrary);
  } catch {
    return {};
  }
}
