import path from 'node:path';
import * as l10n from '@vscode/l10n';
import type { InsteadOfRecords } from '../../certificates/insteadOfRecords';
import { readRegularFile } from '../../files/readFile';
import type { Finding } from '../../findings/finding';
import { LineIndex } from '../../findings/range';
import type { RuleInfo } from '../../findings/rule';
import { chosenSeverity } from '../../findings/severity';
import { contentFindingText, insteadOfRecords } from '../../flash/contentFindings';
import { contentsOf } from '../../flash/fileContents';
import { sectorSize } from '../../flash/sectors';
import type { Analyzer } from '../engine/analyzer';
import type { FlashWrite } from '../project/buildFile';
import { readBuildFiles } from '../project/buildFiles';
import type { Project } from '../project/readProjects';
import { sourceSectors } from '../project/sourceSectors';

/** The rule about files of the flash layout that are no records. */
const ruleId = 'SSL220';
/** Larger files are no certificates. */
const maxBytes = 64 * 1024;

/**
 * What is wrong with files that Makefiles, scripts and tasks write to a sector from which the sources have the TLS library read records.
 * Files of the flash layout have their findings there.
 */
export async function flashedFileFindings(
  project: Project,
  analyzer: Analyzer,
  rules: readonly RuleInfo[],
): Promise<Finding[]> {
  const rule = rules.find(({ id }) => id === ruleId);
  const severity = rule && (chosenSeverity(project.severities, rule) ?? rule.severity);
  const writes = readBuildFiles(project.makefiles ?? []).flatMap(({ path: script, flashWrites }) =>
    flashWrites.filter(({ address }) => !isInLayout(project, address)).map(write => ({ ...write, script })),
  );
  if (rule === undefined || severity === undefined || severity === 'off' || writes.length === 0) return [];
  const reads = sourceSectors(analyzer, project);
  const found: Finding[] = [];
  for (const { script, start, end, ...write } of writes) {
    const read = reads.find(({ sector }) => sector * sectorSize === write.address);
    const instead = read && (await insteadIn(project, write));
    if (read === undefined || instead === undefined) continue;
    const text = project.files.find(each => each.path === read.at.file)?.text ?? '';
    const where = `${read.at.file}:${new LineIndex(text).position(read.at.start).line + 1}`;
    found.push({
      rule,
      severity,
      at: { file: script, start, end },
      message: contentFindingText({
        kind: 'no-records',
        path: [],
        file: write.file,
        instead,
        read: { ...read, where },
      }),
      related: [{ at: read.at, message: l10n.t('The records are read from there.') }],
    });
  }
  return found;
}

function isInLayout({ flash }: Project, address: number): boolean {
  return (
    flash?.layout.regions.some(region => region.address === address && region.file !== undefined) === true
  );
}

/** What a file is that should be a list of records: by its contents, else by a name that says it. */
async function insteadIn(
  { folder, certificateFiles }: Project,
  { file }: Pick<FlashWrite, 'file'>,
): Promise<InsteadOfRecords | undefined> {
  const name = file.replaceAll('\\', '/');
  const base = path.posix.basename(name);
  const known =
    certificateFiles.find(each => each === path.posix.normalize(name)) ??
    certificateFiles.find(each => path.posix.basename(each) === base);
  if (known === undefined)
    return /\.pem$/i.test(base) ? 'pem' : /\.(?:cer|der)$/i.test(base) ? 'der' : undefined;
  try {
    return insteadOfRecords(contentsOf(await readRegularFile(path.join(folder, known), maxBytes)));
  } catch {
    // Gone in the meantime, or no certificate by its size.
    return undefined;
  }
}
