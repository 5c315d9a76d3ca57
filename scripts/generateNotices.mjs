#!/usr/bin/env node
// `npm run generate:notices`: builds, and writes the licences of what is in the build to ThirdPartyNotices.txt.
import { writeFileSync } from 'node:fs';
import { build } from './lib/bundle.mjs';
import { notices, noticesFile } from './lib/notices.mjs';
import { run } from './lib/setup.mjs';

await run(async () => {
  await build({ production: false });
  writeFileSync(noticesFile, notices());
});
