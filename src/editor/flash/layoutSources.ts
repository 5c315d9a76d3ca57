import * as vscode from 'vscode';
import type { Claim } from '../../analysis/project/flashClaims';
import type { flashInSources } from '../../analysis/project/flashInSources';
import type { FileSizes, Layout } from '../../flash/layout';
import { ProblemError } from '../../problems';
import type { ProjectLayout } from '../../project/flashProject';
import { isIn, watchFiles } from '../watchFiles';

/** Milliseconds until the sources are read, so that the view comes first. */
const pause = 300;

interface SourcesHost {
  /** The flash map of the layout at the moment. */
  map: () => number;
  /** Runs a reading that is due, after what is being done. */
  whenDue: (read: () => Promise<void>) => void;
  /** Called after each reading. */
  onRead: () => Promise<void>;
}

/** What the C sources beside a layout say of it: read a moment after the layout is shown, and again when a source changes. */
export class LayoutSources implements vscode.Disposable {
  readonly #folder: vscode.Uri;
  readonly #readSources: typeof flashInSources;
  readonly #host: SourcesHost;
  readonly #watcher: vscode.Disposable;
  #known:
    { map: number; files: vscode.Uri[]; claims: (layout: Layout, sizes: FileSizes) => Claim[] } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: vscode.Uri, readSources: typeof flashInSources, host: SourcesHost) {
    this.#folder = folder;
    this.#readSources = readSources;
    this.#host = host;
    const later = (uri: vscode.Uri) => {
      if (isIn(folder, uri)) this.readLater();
    };
    const known = () => this.#known?.files ?? [];
    this.#watcher = watchFiles('**/*.{c,h}', { created: later, changed: later, deleted: later, known });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#watcher.dispose();
  }

  /** What they say; nothing before they are read. */
  claims({ layout, sizes }: ProjectLayout): Claim[] {
    return this.#known === undefined ? [] : this.#known.claims(layout, sizes);
  }

  /** Where they say the same as the layout, by its part. */
  agreeing(read: ProjectLayout): Map<string, string> {
    const found = new Map<string, string>();
    for (const claim of this.claims(read)) {
      if (!claim.agrees || claim.kind === 'map') continue;
      const before = found.get(claim.part);
      found.set(claim.part, before === undefined ? claim.text : `${before} ${claim.text}`);
    }
    return found;
  }

  /** Reads them again if they were read for another map: they may have a table for each. */
  readForMap(map: number): void {
    if (this.#known !== undefined && this.#known.map !== map) this.readLater();
  }

  readLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#host.whenDue(() => this.readNow());
    }, pause);
  }

  async readNow(): Promise<void> {
    if (this.#folder.scheme !== 'file') return;
    const map = this.#host.map();
    const { flashClaims } = await import('../../analysis/project/flashClaims');
    try {
      const found = await this.#readSources(this.#folder.fsPath, map);
      this.#known = {
        map,
        files: found.files.map(file => vscode.Uri.file(file)),
        claims: (layout, sizes) => flashClaims(found, layout, sizes),
      };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.#known = undefined;
    }
    await this.#host.onRead();
  }
}
