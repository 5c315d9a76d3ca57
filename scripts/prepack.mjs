#!/usr/bin/env node
// Before npm packs: a production build, and the list of what is shipped, which is written once, in .vscodeignore.
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { build } from './lib/bundle.mjs';
import { root } from './lib/root.mjs';

await build({ production: true });
copyFileSync(path.join(root, '.vscodeignore'), path.join(root, '.npmignore'));
