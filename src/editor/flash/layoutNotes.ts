import * as vscode from 'vscode';
import type { Claim, SourceEdit } from '../../analysis/project/flashClaims';
import { findingText, moveTitle } from '../../flash/findings';
import { FreePlaces } from '../../flash/freePlaces';
import { flashMap } from '../../flash/maps';
import { fieldOf, partOf } from '../../flash/picture';
import type { ProjectLayout } from '../../project/flashProject';
import type { JsonPath } from '../../text/jsonPath';
import { choiceNames, type Note } from './pageMessages';

/** Findings that a page shows. */
export const maxNotes = 200;

/** A note on the page, and what each of its buttons does. */
interface NoteWithActions {
  note: Note;
  actions: (() => Promise<void>)[];
}

/** What buttons of notes can do. */
interface LayoutActions {
  move: (part: string, address: number) => Promise<void>;
  chooseMap: (map: number) => Promise<void>;
  correctSources: (edits: readonly SourceEdit[]) => Promise<void>;
}

/** What there is to know of a layout and of what the sources say about it. */
export function layoutNotes(
  read: ProjectLayout,
  claims: readonly Claim[],
  does: LayoutActions,
): NoteWithActions[] {
  const ofLayout = read.findings.slice(0, maxNotes).map(finding => {
    const part = partOf(finding.path);
    const { proposal } = finding;
    const canMove = part !== undefined && proposal !== undefined;
    return {
      note: {
        severity: finding.severity,
        text: findingText(finding),
        ...(part !== undefined && { part }),
        ...fieldIn(finding.path),
        fixes: canMove ? [moveTitle(proposal.address)] : [],
      },
      actions: canMove ? [() => does.move(part, proposal.address)] : [],
    };
  });
  const ofSources = claims.filter(({ agrees }) => !agrees).map(claim => disagreement(read, claim, does));
  return [...ofLayout, ...ofSources];
}

/** The source says something else than the layout. */
function disagreement(read: ProjectLayout, claim: Claim, does: LayoutActions): NoteWithActions {
  const { kind, text } = claim;
  const note: Note = {
    severity: 'warning',
    text,
    field: kind === 'map' ? 'map' : 'address',
    fixes: [],
  };
  const actions: (() => Promise<void>)[] = [];
  if (kind === 'map') {
    const map = flashMap(claim.map);
    if (map !== undefined) {
      note.fixes.push(vscode.l10n.t('Use the Source’s Map Here'));
      actions.push(() => does.chooseMap(map.id));
    }
    return { note, actions };
  }
  const { part, address, edits } = claim;
  const region = regionOf(read, part);
  note.part = part;
  if (
    region !== undefined &&
    address !== undefined &&
    new FreePlaces(read.layout, read.sizes).allows(region, address)
  ) {
    note.fixes.push(
      kind === 'sector'
        ? vscode.l10n.t('Use the Source’s Sector Here')
        : vscode.l10n.t('Use the Source’s Address Here'),
    );
    actions.push(() => does.move(part, address));
  }
  if (edits.length > 0) {
    note.fixes.push(
      kind === 'sector'
        ? vscode.l10n.t('Use This Sector in the Source')
        : vscode.l10n.t('Use the Layout in the Source'),
    );
    actions.push(() => does.correctSources(edits));
  }
  return { note, actions };
}

/** What a place in the project's file is shown as: a field of a part, or a choice. */
function fieldIn(path: JsonPath): Pick<Note, 'field'> {
  const field = fieldOf(path) ?? choiceNames.find(name => name === path[0]);
  return field === undefined ? {} : { field };
}

/** The region that a page calls by this part. */
export function regionOf({ layout }: ProjectLayout, part: string) {
  return layout.regions.find(({ path }) => partOf(path) === part);
}
