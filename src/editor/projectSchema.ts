import * as vscode from 'vscode';

/** Of the manifest's jsonValidation; opening one of its files activates the extension. */
const scheme = 'esp8266-ssl';

/** Offers the schema of esp8266-ssl.json to VS Code's JSON support, in the user's language: a file that is made when it is read. */
export function registerProjectSchema(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.workspace.registerFileSystemProvider(scheme, new SchemaFiles(), {
      isReadonly: true,
    }),
  );
}

class SchemaFiles implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    if (uri.path !== '/project.json') throw vscode.FileSystemError.FileNotFound(uri);
    const { projectSchema } = await import('../project/schema');
    const { ruleTitles } = await import('../analysis/engine/analysisEntry');
    return Buffer.from(JSON.stringify(projectSchema(ruleTitles())));
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { length } = await this.readFile(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: length };
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
}
