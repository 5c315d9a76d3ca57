import * as vscode from 'vscode';
import type { Claim, SourceEdit } from '../../analysis/project/flashClaims';
import type { flashInSources } from '../../analysis/project/flashInSources';
import { type LayoutChange, jsonChanges } from '../../flash/changes';
import { findingsAt } from '../../flash/findingsAt';
import { faultText, findingText, moveTitle } from '../../flash/findings';
import { flashMap, flashMaps, mapFault, mapName } from '../../flash/maps';
import { countsText } from '../../findings/counts';
import { fieldOf, partOf, partsOf } from '../../flash/picture';
import { defaultMap, type FileSizes, type Layout } from '../../flash/layout';
import { FreePlaces, freePlace, placeReason } from '../../flash/freePlaces';
import { addressText, parsePlace, sectorSize, sectorText, sizeText, wholeSectors } from '../../flash/sectors';
import { severities } from '../../findings/severity';
import { editedProject } from '../../project/editProject';
import { projectFileName } from '../../project/projectFile';
import { ProblemError } from '../../problems';
import { sdkVersions } from '../../sdk/tls';
import { showError } from '../messages';
import { isIn, watchFiles } from '../watchFiles';
import { checkedMessage } from './checkedMessage';
import { changeText } from './editText';
import { projectName, WatchedFiles } from './projectFiles';
import {
  type Choice,
  choiceNames,
  type FlashView,
  type MessageFromPage,
  type MessageToPage,
  type Note,
  type Options,
} from './pageMessages';
import { pageTexts } from './pageTexts';
import { diagnosticSettings } from '../analysis/settings';
import { pathRange } from './pathRange';
import { chooseContents } from './chooseContents';
import { type ProjectLayout, readLayout } from '../../project/flashProject';
import type { JsonPath } from '../../text/jsonPath';

/** One open view of a project's layout: shows the text to its page, and does in the text what the page asks for. */
export class LayoutSession implements vscode.Disposable {
  readonly #document: vscode.TextDocument;
  readonly #readFromSources: typeof flashInSources;
  readonly #post: (message: MessageToPage) => void;
  readonly #files: WatchedFiles;
  readonly #folder: vscode.Uri;
  readonly #registrations: { dispose(): unknown }[];
  /** What was last read without fault. */
  #read: ProjectLayout | undefined;
  #problem: ProblemError | undefined;
  /** What the sources say; they are read a moment after the layout is shown. */
  #sources:
    { map: number; files: vscode.Uri[]; claims: (layout: Layout, sizes: FileSizes) => Claim[] } | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** One thing at a time: steps by a held key each begin where the last has ended. */
  #queue = Promise.resolve();

  constructor(
    document: vscode.TextDocument,
    readSources: typeof flashInSources,
    post: (message: MessageToPage) => void,
  ) {
    this.#document = document;
    this.#readFromSources = readSources;
    this.#post = post;
    this.#folder = vscode.Uri.joinPath(document.uri, '..');
    this.#files = new WatchedFiles(this.#folder);
    const show = () => void this.#then(() => this.#show()).catch(showError);
    const later = (uri: vscode.Uri) => {
      if (isIn(this.#folder, uri)) this.#sourcesLater();
    };
    this.#registrations = [
      watchFiles('**/*.{c,h}', {
        created: later,
        changed: later,
        deleted: later,
        known: () => this.#sources?.files ?? [],
      }),
      this.#files,
      this.#files.onDidChange(show),
      vscode.workspace.onDidChangeTextDocument(({ document: changed, contentChanges }) => {
        if (changed === document && contentChanges.length > 0) show();
      }),
    ];
  }

  /** Does what a message from the page asks for; resolves when it is done and shown. */
  receive(message: unknown): Promise<void> {
    return this.#then(async () => {
      const asked = checkedMessage(message);
      if (asked === undefined) return;
      try {
        await this.#do(asked);
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        this.#say(error.message);
      }
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const registration of this.#registrations) registration.dispose();
  }

  #then(action: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(action);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #say(text: string): void {
    this.#post({ type: 'said', text });
  }

  /** All that the page shows, as the text has it now. */
  async view(): Promise<FlashView> {
    const read = await this.#readText();
    // The sources may have a table for each map.
    if (this.#sources !== undefined && this.#sources.map !== read.layout.map.id) this.#sourcesLater();
    const notes = this.#notes(read).map(({ note }) => note);
    return viewOf(read, this.#problem, notes, this.#agreeing(read));
  }

  async #show(): Promise<void> {
    this.#post({ type: 'show', view: await this.view() });
  }

  /** The layout as the text has it now; where that is broken, the last good one is kept. */
  async #readText(): Promise<ProjectLayout> {
    const readFacts = (files: Iterable<string>) => this.#files.of(files);
    try {
      this.#read = await readLayout(
        this.#document.getText(),
        readFacts,
        diagnosticSettings().options.severities,
      );
      this.#problem = undefined;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.#problem = error;
      this.#read ??= await readLayout('', readFacts);
    }
    return this.#read;
  }

  async #do(message: MessageFromPage): Promise<void> {
    if (message.type === 'ready') {
      await this.#show();
      this.#sourcesLater();
      return;
    }
    if (message.type === 'showProblem') return this.#showProblem();
    const read = await this.#readText();
    if (message.type === 'showText') return this.#showText(message.part);
    if (this.#problem !== undefined) {
      this.#say(this.#problem.message);
      return;
    }
    switch (message.type) {
      case 'type': {
        const address = parsePlace(message.place);
        if (address !== undefined) return this.#move(read, message.part, snapped(address));
        this.#say(
          vscode.l10n.t('“{0}” is not a valid address. Enter 0x3B, 0x3B000, 59 or 236 KB.', message.place),
        );
        return;
      }
      case 'move':
        return this.#move(read, message.part, snapped(message.address));
      case 'drag':
        this.#preview(read, message.part, snapped(message.address));
        return;
      case 'step': {
        const region = regionOf(read, message.part);
        if (region === undefined) return;
        const last = read.layout.map.size * 1024 - wholeSectors(region.size);
        const wanted = snapped(region.address ?? 0) + message.sectors * sectorSize;
        return this.#move(read, message.part, Math.max(0, Math.min(last, wanted)));
      }
      case 'fit':
        return this.#fit(read, message.part);
      case 'fix':
        return this.#notes(read)[message.note]?.actions[message.button]?.();
      case 'remove': {
        const index = regionIndex(message.part);
        if (index !== undefined) await this.#change(read, { kind: 'remove', region: index });
        return;
      }
      case 'place':
        return this.#place(read, message.address);
      case 'drop':
        return this.#drop(read, message.address, message.uris);
      case 'choose':
        return this.#choose(read, message);
    }
  }

  /** What there is to know, with what its buttons do. */
  #notes(read: ProjectLayout): { note: Note; actions: (() => Promise<void>)[] }[] {
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
        actions: canMove ? [() => this.#move(read, part, proposal.address)] : [],
      };
    });
    const ofSources = this.#claims(read)
      .filter(({ agrees }) => !agrees)
      .map(claim => this.#disagreement(read, claim));
    return [...ofLayout, ...ofSources];
  }

  #claims({ layout, sizes }: ProjectLayout): Claim[] {
    return this.#sources === undefined ? [] : this.#sources.claims(layout, sizes);
  }

  /** The source says something else than the layout. */
  #disagreement(read: ProjectLayout, claim: Claim) {
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
        actions.push(() => this.#choose(read, { choice: 'map', value: String(map.id), sure: false }));
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
      actions.push(() => this.#move(read, part, address));
    }
    if (edits.length > 0) {
      note.fixes.push(
        kind === 'sector'
          ? vscode.l10n.t('Use This Sector in the Source')
          : vscode.l10n.t('Use the Layout in the Source'),
      );
      actions.push(() => this.#correctSources(edits));
    }
    return { note, actions };
  }

  async #correctSources(edits: readonly SourceEdit[]): Promise<void> {
    const { applySourceEdits } = await import('./applySourceEdits');
    if (!(await applySourceEdits(edits))) this.#say(vscode.l10n.t('The source has changed in the meantime.'));
    await this.#readSources();
  }

  /** Where the sources say the same as the layout, by its part. */
  #agreeing(read: ProjectLayout): Map<string, string> {
    const found = new Map<string, string>();
    for (const claim of this.#claims(read)) {
      if (!claim.agrees || claim.kind === 'map') continue;
      const before = found.get(claim.part);
      found.set(claim.part, before === undefined ? claim.text : `${before} ${claim.text}`);
    }
    return found;
  }

  #sourcesLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#then(() => this.#readSources()).catch(showError), sourcePause);
  }

  async #readSources(): Promise<void> {
    if (this.#folder.scheme !== 'file') return;
    const map = this.#read?.layout.map.id ?? defaultMap;
    const { flashClaims } = await import('../../analysis/project/flashClaims');
    try {
      const found = await this.#readFromSources(this.#folder.fsPath, map);
      this.#sources = {
        map,
        files: found.files.map(file => vscode.Uri.file(file)),
        claims: (layout, sizes) => flashClaims(found, layout, sizes),
      };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.#sources = undefined;
    }
    await this.#show();
  }

  async #change(read: ProjectLayout, ...changes: LayoutChange[]): Promise<void> {
    const all = changes.flatMap(change => jsonChanges(read.part, read.layout.records, change));
    await changeText(this.#document, all);
    await this.#show();
  }

  async #move(read: ProjectLayout, part: string, address: number): Promise<void> {
    const region = regionOf(read, part);
    const index = regionIndex(part);
    if (region === undefined || index === undefined || region.address === address) return;
    await this.#change(read, { kind: 'move', region: index, address });
  }

  /** Tells what would be wrong with a region at another place: the worst of it. */
  #preview(read: ProjectLayout, part: string, address: number): void {
    const wrong = findingsAt(read, part, address);
    const [first] = severities.flatMap(
      severity => wrong.find(finding => finding.severity === severity) ?? [],
    );
    this.#post({
      type: 'dragged',
      part,
      address,
      ...(first && { severity: first.severity }),
      text: first === undefined ? '' : faultText(first),
    });
  }

  async #fit(read: ProjectLayout, part: string): Promise<void> {
    const region = regionOf(read, part);
    if (region === undefined) return;
    const place = freePlace(read.layout, read.sizes, region);
    if (place === undefined) {
      this.#say(vscode.l10n.t('There is no free space of {0}.', sizeText(wholeSectors(region.size))));
      return;
    }
    await this.#move(read, part, place.address);
    this.#say(
      vscode.l10n.t(
        'Sector {0}, address {1}: {2}',
        sectorText(place.address),
        addressText(place.address),
        placeReason(place),
      ),
    );
  }

  async #place(read: ProjectLayout, address: number): Promise<void> {
    const placed = new Set([...read.layout.regions, ...read.layout.images].flatMap(({ file }) => file ?? []));
    const contents = await chooseContents(this.#folder, placed);
    if (contents === undefined) return;
    await this.#change(read, { kind: 'add', entry: { ...contents, sector: sectorText(address) } });
  }

  /** Puts files one behind the other. */
  async #drop(read: ProjectLayout, address: number, uris: string): Promise<void> {
    const files = uris
      .split(/\r?\n/)
      .filter(line => line !== '' && !line.startsWith('#'))
      .map(line => hostUri(vscode.Uri.parse(line)))
      .filter(({ scheme }) => scheme === this.#folder.scheme)
      .map(uri => projectName(this.#folder, uri));
    const facts = await this.#files.inside(files);
    const known = files.filter(file => facts.has(file));
    if (known.length === 0) {
      this.#say(vscode.l10n.t('Only files can be placed in the flash.'));
      return;
    }
    let next = snapped(address);
    const written = read.layout.regions.length;
    const regions = known.map((file, index) => {
      const sector = sectorText(next);
      next += Math.max(sectorSize, wholeSectors(facts.get(file)?.size ?? 0));
      return { file, sector, index: written + index };
    });
    const [first, ...others] = regions;
    if (first === undefined) return;
    const entry = { file: first.file, sector: first.sector };
    const added = jsonChanges(read.part, read.layout.records, { kind: 'add', entry });
    const rest = others.map(({ file, sector, index }) => ({
      at: ['flash', 'regions', index],
      value: { file, sector },
    }));
    await changeText(this.#document, [...added, ...rest]);
    await this.#show();
  }

  async #choose(
    read: ProjectLayout,
    { choice, value, sure }: Omit<Extract<MessageFromPage, { type: 'choose' }>, 'type'>,
  ): Promise<void> {
    const change = choiceChange(choice, value);
    if (change === undefined) return;
    const changes = jsonChanges(read.part, read.layout.records, change);
    if (!sure) {
      const text = editedProject(this.#document.getText(), changes, projectFileName);
      const { findings } = await readLayout(
        text,
        files => this.#files.of(files),
        diagnosticSettings().options.severities,
      );
      const known = new Set(read.findings.map(faultText));
      const brings = findings
        .filter(finding => ['error', 'warning'].includes(finding.severity) && !known.has(faultText(finding)))
        .map(findingText);
      if (brings.length > 0) {
        const label = choices(read)[choice].options.find(option => option.value === value)?.text ?? value;
        const named = brings.slice(0, maxAsked);
        const others = brings.length - named.length;
        if (others > 0) named.push(moreFindings(others));
        this.#post({ type: 'ask', choice, value, label, brings: named });
        return;
      }
    }
    await changeText(this.#document, changes);
    await this.#show();
  }

  async #showText(part: string): Promise<void> {
    const [key, which = ''] = part.split(':');
    const path = key === 'region' ? ['regions', Number(which)] : key === 'area' ? ['files', which] : [];
    await this.#reveal(pathRange(this.#document, ['flash', ...path]));
  }

  async #showProblem(): Promise<void> {
    const problem = this.#problem?.problem;
    if (problem?.kind !== 'project-file-broken') return;
    await this.#reveal(this.#document.lineAt(Math.min(problem.line, this.#document.lineCount) - 1).range);
  }

  async #reveal(selection: vscode.Range): Promise<void> {
    await vscode.window.showTextDocument(this.#document, {
      selection,
      viewColumn: vscode.ViewColumn.Beside,
    });
  }
}

/** Milliseconds until the sources are read, so that the view comes first. */
const sourcePause = 300;
/** Findings that a question names. */
const maxAsked = 20;
/** Parts that a page shows. */
const maxParts = 1000;
const maxNotes = 200;

/** The window names files of another computer, on which this code runs, in a way of its own: pages get that as it is. */
function hostUri(uri: vscode.Uri): vscode.Uri {
  return uri.scheme === 'vscode-remote' ? uri.with({ scheme: 'file', authority: '' }) : uri;
}

function moreFindings(count: number): string {
  return vscode.l10n.t('And {0} more.', count);
}

function snapped(address: number): number {
  return Math.floor(address / sectorSize) * sectorSize;
}

function regionIndex(part: string): number | undefined {
  const [, index] = /^region:(\d{1,9})$/.exec(part) ?? [];
  return index === undefined ? undefined : Number(index);
}

function regionOf({ layout }: ProjectLayout, part: string) {
  return layout.regions.find(({ path }) => partOf(path) === part);
}

function choiceChange(choice: Choice, value: string): LayoutChange | undefined {
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

function viewOf(
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

/** What a place in the project's file is shown as: a field of a part, or a choice. */
function fieldIn(path: JsonPath): Pick<Note, 'field'> {
  const field = fieldOf(path) ?? choiceNames.find(name => name === path[0]);
  return field === undefined ? {} : { field };
}

/** What a move is called where it is offered. */
function choices({ layout }: ProjectLayout): Record<Choice, Options> {
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
