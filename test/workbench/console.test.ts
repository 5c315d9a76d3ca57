import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { writeCertificates } from '../../src/certificates/writeFiles';
import { contrast, parseColour } from './colours';
import { openWorkbench, pressF5, themes, type Workbench } from './workbench';

/** What WCAG asks for of text of this size. */
const minContrast = 4.5;

/** A piece of a line in the debug console, and how it looks. */
interface Piece {
  text: string;
  color: string;
  background: string;
  opacity: number;
}

/** In the page: every piece of text of the console, with the first opaque background behind it. */
const pieces = `(() => {
  const found = [];
  for (const output of document.querySelectorAll('.repl .monaco-list-row .output')) {
    const texts = document.createTreeWalker(output, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const styles = [];
      for (let at = texts.currentNode.parentElement; at !== null; at = at.parentElement) styles.push(getComputedStyle(at));
      found.push({
        text: texts.currentNode.data,
        color: styles[0].color,
        background: styles.map(style => style.backgroundColor).find(color => !/^rgba.*, 0(\\.\\d+)?\\)$/.test(color)),
        opacity: styles.reduce((product, style) => product * Number(style.opacity), 1),
      });
    }
  }
  return found.filter(({ text }) => text.trim() !== '');
})()`;

describe('the debug console', function () {
  this.timeout(300_000);
  let workbench: Workbench;

  before(async () => {
    // High enough for all lines.
    workbench = await openWorkbench({ size: { width: 1280, height: 1400 } });
    await writeCertificates({ name: '127.0.0.1' }, path.join(workbench.folder, 'ssl'));
    await workbench.ready();
    await pressF5(workbench.page);
    const console = workbench.page.locator('.repl');
    await console.getByText('Port 443 of the device is open').waitFor({ timeout: 120_000 });
    // A client that does not know the CA: a failure, in red.
    await promisify(execFile)('curl', ['-s', 'https://127.0.0.1:8443/']).catch(() => undefined);
    await console.getByText('does not trust the CA').first().waitFor();
  });
  after(() => workbench.close());

  for (const [name, theme] of themes)
    it(`can be read: ${name}`, async () => {
      const { page } = workbench;
      await workbench.useTheme(theme);
      const found = await page.evaluate<Piece[]>(pieces);
      for (const expected of ['Wi-Fi: got IP', 'does not trust the CA', 'HTTPS server at port 443'])
        assert.ok(
          found.some(({ text }) => text.includes(expected)),
          expected,
        );
      await workbench.screenshot(`console-${name}`);
      for (const { text, color, background, opacity } of found) {
        const ratio = contrast(parseColour(color), parseColour(background));
        assert.ok(
          ratio >= minContrast && opacity === 1,
          `${ratio} (${color} on ${background}, opacity ${opacity}): ${text}`,
        );
      }
    });
});
