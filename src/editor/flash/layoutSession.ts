import * as vscode from 'vscode';
import type { SourceEdit } from '../../analysis/project/flashClaims';
import type { flashInSources } from '../../analysis/project/flashInSources';
import { type LayoutChange, jsonChanges } from '../../flash/changes';
import { findingsAt } from '../../flash/findingsAt';
import { faultText, findingText } from '../../flash/findings';
import { defaultMap } from '../../flash/layout';
import { freePlace, placeReason } from '../../flash/freePlaces';
import { addressText, parsePlace, sectorSize, sectorText, sizeText, wholeSectors } from '../../flash/sectors';
import { severities } from '../../findings/severity';
import { editedProject } from '../../project/editProject';
import { projectFileName } from '../../project/projectFile';
import { ProblemError } from '../../problems';
import { showError } from '../messages';
import { checkedMessage } from './checkedMessage';
import { changeText } from './editText';
import { projectName, WatchedFiles } from './projectFiles';
import { type FlashView, type MessageFromPage, type MessageToPage } from './pageMessages';
import { diagnosticSettings } from '../analysis/settings';
import { layoutNotes, regionOf } from './layoutNotes';
import { LayoutSources } from './layoutSources';
import { choiceChange, choices, moreFindings, viewOf } from './layoutView';
import { pathRange } from './pathRange';
import { chooseContents } from './chooseContents';
import { type ProjectLayout, readLayout } from '../../project/flashProject';

/** One open view of a project's layout: shows the text to its page, and does in the text what the page asks for. */
export class LayoutSession implements vscode.Disposable {
  readonly #document: vscode.TextDocument;
  readonly #post: (message: MessageToPage) => void;
  readonly #files: WatchedFiles;
  readonly #folder: vscode.Uri;
  readonly #registrations: { dispose(): unknown }[];
  /** What was last read without fault. */
  #read: ProjectLayout | undefined;
  #problem: ProblemError | undefined;
  readonly #sources: LayoutSources;
  /** One thing at a time: steps by a held key each begin where the last has ended. */
  #queue = Promise.resolve();

  constructor(
    document: vscode.TextDocument,
    readSources: typeof flashInSources,
    post: (message: MessageToPage) => void,
  ) {
    this.#document = document;
    this.#post = post;
    this.#folder = vscode.Uri.joinPath(document.uri, '..');
    this.#files = new WatchedFiles(this.#folder);
    const show = () => void this.#then(() => this.#show()).catch(showError);
    this.#sources = new LayoutSources(this.#folder, readSources, {
      map: () => this.#read?.layout.map.id ?? defaultMap,
      whenDue: read => void this.#then(read).catch(showError),
      onRead: () => this.#show(),
    });
    this.#registrations = [
      this.#sources,
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
    this.#sources.readForMap(read.layout.map.id);
    const notes = this.#notes(read).map(({ note }) => note);
    return viewOf(read, this.#problem, notes, this.#sources.agreeing(read));
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
      this.#sources.readLater();
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

  #notes(read: ProjectLayout): ReturnType<typeof layoutNotes> {
    return layoutNotes(read, this.#sources.claims(read), {
      move: (part, address) => this.#move(read, part, address),
      chooseMap: map => this.#choose(read, { choice: 'map', value: String(map), sure: false }),
      correctSources: edits => this.#correctSources(edits),
    });
  }

  async #correctSources(edits: readonly SourceEdit[]): Promise<void> {
    const { applySourceEdits } = await import('./applySourceEdits');
    if (!(await applySourceEdits(edits))) this.#say(vscode.l10n.t('The source has changed in the meantime.'));
    await this.#sources.readNow();
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

/** Findings that a question names. */
const maxAsked = 20;
/** The window names files of another computer, on which this code runs, in a way of its own: pages get that as it is. */
function hostUri(uri: vscode.Uri): vscode.Uri {
  return uri.scheme === 'vscode-remote' ? uri.with({ scheme: 'file', authority: '' }) : uri;
}

function snapped(address: number): number {
  return Math.floor(address / sectorSize) * sectorSize;
}

function regionIndex(part: string): number | undefined {
  const [, index] = /^region:(\d{1,9})$/.exec(part) ?? [];
  return index === undefined ? undefined : Number(index);
}
