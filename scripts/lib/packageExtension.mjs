// Packs the extension into a VSIX, from a production build.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';

/** @returns {string} the path of the VSIX */
export function packageExtension() {
  const file = path.join(root, 'out', 'package', 'esp8266-ssl.vsix');
  mkdirSync(path.dirname(file), { recursive: true });
  const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [vsce, 'package', '--no-dependencies', '-o', file],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`vsce package failed:\n${stdout}${stderr}`);
  return file;
}
