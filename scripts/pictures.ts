/** Writes the pictures of the README to media/: `npm run pictures`, or `npm run pictures -- debugging.png` up to that one. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { scenes } from '../test/workbench/pictures/scenes';
import { openWorkbench } from '../test/workbench/workbench';

void main();

async function main(): Promise<void> {
  const [only] = process.argv.slice(2);
  const workbench = await openWorkbench();
  try {
    for (const { file, make } of scenes) {
      // The scenes build on one another: all are made up to the one that is asked for.
      const picture = await make(workbench);
      if (only === undefined || only === file) {
        writeFileSync(path.join(__dirname, '..', 'media', file), picture);
        console.log(`media/${file}: ${Math.round(picture.length / 1024)} KB`);
      }
      if (only === file) break;
    }
  } catch (error) {
    await workbench.screenshot('picture-failed');
    throw error;
  } finally {
    await workbench.close();
  }
}
