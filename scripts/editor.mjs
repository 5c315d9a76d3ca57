#!/usr/bin/env node
// `npm run editor [FOLDER]`: opens the sample (or a folder) in VS Code with this extension.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureHost, startHost } from './lib/host.mjs';
import { packageExtension } from './lib/packageExtension.mjs';
import { root } from './lib/root.mjs';
import { ensureBuilt, ensureDebianPackages, ensureDependencies, run } from './lib/setup.mjs';

await run(async () => {
  const folder = path.resolve(process.argv[2] ?? path.join(root, 'samples', 'https-server'));
  ensureDependencies();
  await ensureBuilt();
  if (spawnSync('code', ['--version']).status === 0) {
    spawnSync('code', [`--extensionDevelopmentPath=${root}`, folder], { stdio: 'inherit' });
    return;
  }
  ensureDebianPackages(['build-essential', 'python3']);
  ensureHost();
  const data = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-editor-'));
  const host = await startHost({ data, install: packageExtension() });
  console.log(`VS Code is open at ${host.url}/?folder=${encodeURIComponent(folder)}`);
  console.log('Ctrl-C ends it.');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      void host.stop().then(() => {
        rmSync(data, { recursive: true, force: true });
        process.exit(0);
      });
    });
  }
});
