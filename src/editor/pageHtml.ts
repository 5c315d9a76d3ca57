import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** Fills a panel with a page of webview/: nothing but its own script and style is let in. */
export function fillPage(
  webview: vscode.Webview,
  extension: vscode.Uri,
  {
    name,
    title,
    live,
    data,
  }: {
    name: string;
    title: string;
    /** Whether changes of all of it are read out. */
    live: boolean;
    /** What the page shows at once, without asking for it first. */
    data?: unknown;
  },
): void {
  const out = vscode.Uri.joinPath(extension, 'out');
  webview.options = { enableScripts: true, localResourceRoots: [out] };
  const nonce = randomBytes(16).toString('base64');
  const address = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(out, file)).toString();
  // A text of JSON in which nothing can end the element that it is in.
  const given = data === undefined ? '' : JSON.stringify(data).replaceAll('<', '\\u003c');
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'; font-src ${webview.cspSource};`;
  webview.html = `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${address(`${name}.css`)}">
</head>
<body>
<script type="application/json" id="data">${given}</script>
<main id="page"${live ? ' aria-live="polite"' : ''}></main>
<script nonce="${nonce}" src="${address(`${name}.js`)}"></script>
</body>
</html>`;
}
