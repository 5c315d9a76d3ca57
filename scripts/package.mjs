#!/usr/bin/env node
// `npm run package`: the VSIX for the marketplace and for "Install from VSIX…".
import path from 'node:path';
import { packageExtension } from './lib/packageExtension.mjs';
import { ensureDependencies, run } from './lib/setup.mjs';

await run(() => {
  ensureDependencies();
  console.log(path.relative(process.cwd(), packageExtension()));
});
