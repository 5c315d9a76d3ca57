#!/usr/bin/env node
// The main job on a fresh clone: set up, build, and show the whole way from certificates to a TLS answer of the device.
import { spawnSync } from 'node:child_process';
import { root } from './lib/root.mjs';
import { ensureBuilt, ensureDependencies, run } from './lib/setup.mjs';

await run(async () => {
  ensureDependencies();
  await ensureBuilt();
  const demo = spawnSync(process.execPath, ['out/cli.js', 'demo', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = demo.status ?? 1;
});
