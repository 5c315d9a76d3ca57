// Packs the extension into a VSIX, from a production build.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';

/** @returns {string} the path of the VSIX */
export function packageExtension() {
  const file = path.join(root, 'out', 'package', 'esp8266-ssl.vsix');
  mkdirSync(path.dirname(file), { recursive: true });
  const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const args = ['package', '--no-dependencies', ...(isPreRelease() ? ['--pre-release'] : []), '-o', file];
  const { status, stdout, stderr } = spawnSync(process.execPath, [vsce, ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`vsce package failed:\n${stdout}${stderr}`);
  return file;
}

/** An odd minor version is a pre-release: the Marketplace takes no suffixes. */
function isPreRelease() {
  /** @type {unknown} */
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { version } = /** @type {{ version: string }} */ (manifest);
  return Number(version.split('.')[1]) % 2 === 1;
}
