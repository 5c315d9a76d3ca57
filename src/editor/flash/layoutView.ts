import * as vscode from 'vscode';
import { countsText } from '../../findings/counts';
import type { LayoutChange } from '../../flash/changes';
import { flashMaps, mapFault, mapName } from '../../flash/maps';
import { partsOf } from '../../flash/picture';
import type { ProblemError } from '../../problems';
import type { ProjectLayout } from '../../project/flashProject';
import { sdkVersions } from '../../sdk/tls';
import { maxNotes } from './layoutNotes';
import type { Choice, FlashView, Note, Options } from './pageMessages';
import { pageTexts } from './pageTexts';

/** Parts that a page shows. */
const maxParts = 1000;

/** Says that there are more findings than are shown. */
export function moreFindings(count: number): string {
  return vscode.l10n.t('And {0} more.', count);
}

/** What a choice changes; undefined for one that there is not. */
export function choiceChange(choice: Choice, value: string): LayoutChange | undefined {
  switch (choice) {
    case 'map': {
      const map = flashMaps.find(({ id }) => String(id) === value);
      return map && { kind: 'map', map: map.id };
    }
    case 'fota':
      return value === 'true' || value === 'false' ? { kind: 'fota', fota: value === 'true' } : undefined;
    case 'sdk': {
      const sdk = sdkVersions.find(known => known === value);
      return sdk && { kind: 'sdk', sdk };
    }
  }
}

/** All that a page shows of a layout; `agreeing` says by part what the sources say the same of. */
export function viewOf(
  read: ProjectLayout,
  problem: ProblemError | undefined,
  notes: Note[],
  agreeing: ReadonlyMap<string, string>,
): FlashView {
  const { layout, sizes, findings } = read;
  const isBroken = problem !== undefined;
  const parts = partsOf(layout, sizes, findings);
  const doubted = new Map(notes.map(({ part, severity }) => [part, severity]));
  const facts = [vscode.l10n.t('{0}, map {1}', mapName(layout.map), layout.map.id)];
  if (parts.length > maxParts) facts.push(vscode.l10n.t('Showing {0} of {1} parts.', maxParts, parts.length));
  return {
    title: vscode.l10n.t('Flash layout'),
    facts,
    flash: layout.map.size * 1024,
    parts: parts.slice(0, maxParts).map(part => ({
      ...part,
      why: agreeing.get(part.id) ?? part.why,
      // The layout may be right in itself, and the sources want another.
      state: part.state === 'fine' ? (doubted.get(part.id) ?? 'fine') : part.state,
    })),
    notes,
    counts: countsText([...findings, ...notes.slice(Math.min(findings.length, maxNotes))]),
    ...(findings.length > maxNotes && { moreNotes: moreFindings(findings.length - maxNotes) }),
    choices: choices(read),
    readOnly: isBroken,
    ...(isBroken && { problem: problem.message }),
    texts: pageTexts(),
  };
}

/** What can be chosen for the whole layout, and what is. */
export function choices({ layout }: ProjectLayout): Record<Choice, Options> {
  const fota = [
    { value: 'true', text: vscode.l10n.t('With updates (boot, user1, user2)') },
    { value: 'false', text: vscode.l10n.t('Without updates (eagle.flash, irom0text)') },
  ];
  return {
    sdk: { value: layout.sdk, options: sdkVersions.map(value => ({ value, text: value })) },
    map: {
      value: String(layout.map.id),
      options: flashMaps.map(map => {
        const name = `${map.id}: ${mapName(map)}`;
        const isSupported = mapFault(map, layout.sdk) === undefined;
        return {
          value: String(map.id),
          text: isSupported ? name : vscode.l10n.t('{0} (not supported by this SDK)', name),
        };
      }),
    },
    fota: {
      value: String(layout.fota),
      options: layout.map.slot === undefined ? fota.filter(({ value }) => value === 'false') : fota,
    },
  };
}
