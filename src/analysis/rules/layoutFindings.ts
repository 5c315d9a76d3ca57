import path from 'node:path';
import * as l10n from '@vscode/l10n';
import type { Finding } from '../../findings/finding';
import type { RuleInfo } from '../../findings/rule';
import type { FlashFinding } from '../../flash/finding';
import { jsonChanges } from '../../flash/changes';
import { findingText, moveTitle } from '../../flash/findings';
import { regionIndex } from '../../flash/picture';
import { editedProject, replacementOf } from '../../project/editProject';
import { pathRanges } from '../../project/projectText';
import { reportedFindings } from '../../project/reportedFlash';
import type { SourceFile } from '../engine/sources';
import type { Project, ProjectFlash } from '../project/readProjects';
import type { FileEdit } from '../../findings/textEdit';

/**
 * What is wrong with the flash layout in a project's file, in the form of all other findings, and the text that they are in. Files that
 * are missing are left out: they are built, or generated, on each host.
 */
export function layoutFindings(
  { folder, flash, severities }: Pick<Project, 'folder' | 'flash' | 'severities'>,
  rules: readonly RuleInfo[],
): { findings: Finding[]; texts: SourceFile[] } {
  if (flash === undefined) return { findings: [], texts: [] };
  const { text } = flash;
  const file = path.relative(folder, flash.file).replaceAll(path.sep, '/');
  const known = flash.findings.filter(({ kind }) => kind !== 'file-missing');
  const reported = reportedFindings(known, text, severities);
  const placed = (paths: readonly FlashFinding['path'][]) =>
    pathRanges(
      text,
      paths.map(each => ['flash', ...each]),
    ).map(range => ({ file, ...range }));
  const places = placed(reported.map(each => each.path));
  const findings = reported.flatMap((found, index): Finding[] => {
    const rule = rules.find(({ id }) => id === found.rule);
    const at = places[index];
    if (rule === undefined || at === undefined) return [];
    const [other] = 'otherPath' in found ? placed([[...found.otherPath, 'address']]) : [];
    const fix = moveEdit(found, flash, file);
    return [
      {
        rule,
        severity: found.severity,
        message: findingText(found),
        at,
        ...(other &&
          'other' in found && { related: [{ at: other, message: l10n.t('{0} is here.', found.other) }] }),
        ...(fix &&
          found.proposal && {
            fixes: [{ title: moveTitle(found.proposal.address), edits: [fix], safe: false }],
          }),
      },
    ];
  });
  return { findings, texts: [{ path: file, text }] };
}

/** The edit that moves a region to the place that is proposed. */
function moveEdit(
  { path: at, proposal }: FlashFinding,
  flash: ProjectFlash,
  file: string,
): FileEdit | undefined {
  const region = regionIndex(at);
  if (proposal === undefined || region === undefined) return undefined;
  const change = { kind: 'move', region, address: proposal.address } as const;
  const { text, part, layout } = flash;
  const after = editedProject(text, jsonChanges(part, layout.records, change), flash.file);
  const found = replacementOf(text, after);
  return found && { file, ...found };
}
