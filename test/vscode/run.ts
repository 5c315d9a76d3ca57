/**
 * Runs the suite inside a real VS Code through @vscode/test-electron: the embedded one, or with ESP8266_SSL_VSCODE the desktop
 * VS Code at that path ("download" fetches one).
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import esbuild from 'esbuild';

const root = path.join(__dirname, '..', '..');

async function main(): Promise<void> {
  const suite = path.join(root, 'out', 'vscode-suite');
  await esbuild.build({
    entryPoints: [path.join(root, 'test', 'vscode', 'suite', 'index.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    // As in scripts/lib/bundle.mjs.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    outfile: path.join(suite, 'index.js'),
    logLevel: 'warning',
  });
  // The tests write into the workspace, so it is a copy.
  const workspace = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-workspace-'));
  cpSync(path.join(root, 'samples', 'https-server'), workspace, { recursive: true });
  rmSync(path.join(workspace, 'ssl'), { recursive: true, force: true });
  try {
    await runTests({
      ...executable(),
      extensionDevelopmentPath: root,
      extensionTestsPath: path.join(suite, 'index.js'),
      launchArgs: [workspace, '--disable-extensions'],
    });
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

function executable(): { vscodeExecutablePath?: string } {
  const desktop = process.env['ESP8266_SSL_VSCODE'];
  if (desktop === 'download') return {};
  if (desktop !== undefined) return { vscodeExecutablePath: desktop };
  const prepared = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `(await import(${JSON.stringify(path.join(root, 'scripts/lib/host.mjs'))})).ensureHost()`,
    ],
    { stdio: 'inherit' },
  );
  if (prepared.status !== 0) throw new Error('The embedded VS Code could not be set up.');
  return { vscodeExecutablePath: path.join(root, 'scripts', 'codeHost.mjs') };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
