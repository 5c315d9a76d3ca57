#!/usr/bin/env node
// Builds out/: `npm run build [-- --production]`; `npm run watch` builds again on every change.
import { watch } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './lib/bundle.mjs';
import { root } from './lib/root.mjs';
import { run } from './lib/setup.mjs';

const { values } = parseArgs({
  options: { production: { type: 'boolean', default: false }, watch: { type: 'boolean', default: false } },
});

async function buildAndSay() {
  console.log('[watch] build started');
  try {
    await build({ production: false });
  } catch {
    // esbuild has shown what is wrong; the next change is another try.
  }
  console.log('[watch] build finished');
}

await run(async () => {
  if (!values.watch) {
    await build({ production: values.production });
    return;
  }
  await buildAndSay();
  /** @type {NodeJS.Timeout | undefined} */
  let waiting;
  for (const folder of ['src', 'webview']) {
    watch(path.join(root, folder), { recursive: true }, () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => void buildAndSay(), 100);
    });
  }
});
