import * as vscode from 'vscode';

/** The reports of this session, as documents that nobody can edit. */
export class Reports implements vscode.TextDocumentContentProvider {
  readonly #scheme: string;
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;

  constructor(context: vscode.ExtensionContext, scheme: string) {
    this.#scheme = scheme;
    context.subscriptions.push(
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  /** The report of this name, if there is one. */
  text(name: string): string | undefined {
    return this.#texts.get(this.#uri(name).toString());
  }

  /** Returns the address of a report, which replaces the former of its name. */
  put(name: string, text: string): vscode.Uri {
    const uri = this.#uri(name);
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    return uri;
  }

  #uri(name: string): vscode.Uri {
    return vscode.Uri.from({ scheme: this.#scheme, path: `/${name}` });
  }
}
