/**
 * The flash layout: from an edit of 100 regions to the page redrawn (`npm run bench:flash`; needs `npm run build` and Chromium), and
 * scanning a dump of 16 MB. The peer of the scan is Node's SHA-256 over the same bytes.
 */
import { createHash, randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { encodeRecords } from '../src/certificates/flashRecords';
import type { FlashView, MessageToPage, PageTexts } from '../src/editor/flash/pageMessages';
import { readLayout } from '../src/project/flashProject';
import { buildImage } from '../src/flash/appImage';
import { mergedImage } from '../src/flash/pieces';
import { scanDump } from '../src/flash/dump';
import { findingText } from '../src/flash/findings';
import { countsText } from '../src/findings/counts';
import { partOf, partsOf } from '../src/flash/picture';
import { median, milliseconds, print } from './figures';

const regions = 100;
const runs = 31;
/** The words do not matter. */
const texts: PageTexts = {
  map: 'Flash map',
  fota: 'Firmware',
  sdk: 'SDK',
  wholeFlash: 'The whole flash',
  enlarged: 'Enlarged: {0} to {1}',
  wider: 'Zoom Out',
  closer: 'Zoom In',
  table: 'Parts',
  name: 'Name',
  address: 'Address',
  sector: 'Sector',
  size: 'Size',
  used: 'Used',
  file: 'File',
  state: 'State',
  free: 'Free',
  erased: 'Erased',
  fine: 'OK',
  error: 'Error',
  warning: 'Warning',
  info: 'Note',
  hint: 'Hint',
  firmware: 'Firmware',
  system: 'SDK data',
  own: 'Own regions',
  noPlace: 'not placed',
  place: 'Sector or address',
  placeHint: 'For example 0x3B',
  move: 'Move',
  fit: 'Move to a Free Sector',
  remove: 'Remove',
  showText: 'Show in Text',
  placeHere: 'Place Here',
  showProblem: 'Show Line',
  notes: 'Findings',
  showNotes: 'Show Findings',
  noNotes: 'None',
  brings: '{0} would cause',
  apply: 'Apply',
  cancel: 'Cancel',
  region: '{0}: {1}, {2}, {3}',
  dropHint: 'Or drag a file here',
};
const out = path.join(__dirname, '..', 'out');

void main();

async function main(): Promise<void> {
  const projects = Array.from({ length: runs }, (_, run) => projectText(run));
  const reading: number[] = [];
  const views: FlashView[] = [];
  for (const text of projects) {
    const start = performance.now();
    views.push(await viewOf(text));
    reading.push(performance.now() - start);
  }
  const drawing = await redraws(views);
  const total = reading.map((time, index) => time + (drawing[index] ?? 0)).slice(1);
  print(`read and judge ${regions} regions (median)`, `${median(reading).toFixed(1)} ms`);
  print('redraw the page with its layout (median)', `${median(drawing.slice(1)).toFixed(1)} ms`);
  print('from the edit to the redrawn page (median)', `${median(total).toFixed(1)} ms`, '< 16 ms');

  for (const [what, bytes] of [
    ['full of images and certificates', fullDump()],
    ['of random bytes', randomFillSync(new Uint8Array(16 << 20))],
  ] as const) {
    scanDump(bytes);
    const ours = median(Array.from({ length: 7 }, () => milliseconds(() => scanDump(bytes))));
    const theirs = median(
      Array.from({ length: 7 }, () => milliseconds(() => createHash('sha256').update(bytes).digest())),
    );
    print(`scan 16 MB ${what}`, `${ours.toFixed(1)} ms`, '< 300 ms');
    print('ratio to SHA-256', (ours / theirs).toFixed(2));
  }
}

/** A layout in which one region moves from run to run, partly over others. */
function projectText(run: number): string {
  const all = Array.from({ length: regions }, (_, index) => ({
    name: `region ${index}`,
    sector: index === 0 ? 0x100 + run : 0x101 + index * 2,
  }));
  return JSON.stringify({ sdk: '2.2.1', flash: { map: 4, regions: all } }, null, 2);
}

async function viewOf(text: string): Promise<FlashView> {
  const { layout, sizes, findings } = await readLayout(text, () => Promise.resolve(new Map()));
  return {
    title: 'Flash layout',
    facts: [],
    flash: layout.map.size * 1024,
    parts: partsOf(layout, sizes, findings),
    notes: findings.map(finding => {
      const part = partOf(finding.path);
      return {
        severity: finding.severity,
        text: findingText(finding),
        ...(part !== undefined && { part }),
        fixes: finding.proposal === undefined ? [] : ['Move'],
      };
    }),
    counts: countsText(findings),
    readOnly: false,
    texts,
  };
}

/** A flash as devices have it, with a list of certificates in every other sector behind the firmware. */
function fullDump(): Uint8Array {
  const image = (slot: 1 | 2) =>
    buildImage(slot, 0x40100000, Buffer.alloc(900_000, 3), [
      { address: 0x40100000, bytes: Buffer.alloc(60_000, 7) },
    ]);
  const records = encodeRecords([{ name: 'ca', data: Buffer.from([0x30, 0x82, ...Buffer.alloc(1200)]) }]);
  const lists = Array.from({ length: 1700 }, (_, index) => ({
    address: 0x210000 + index * 0x2000,
    bytes: records,
  }));
  return mergedImage(16 << 20, [
    { address: 0, bytes: image(1).subarray(16 + 900_000 + 8) },
    { address: 0x1000, bytes: image(1) },
    { address: 0x101000, bytes: image(2) },
    ...lists,
  ]);
}

/** Milliseconds that the page takes for each view, up to the end of style and layout. */
async function redraws(views: readonly FlashView[]): Promise<number[]> {
  const { chromiumOptions } = await import('../scripts/lib/host.mjs');
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch(chromiumOptions);
    const page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
    await page.setContent('<main id="page"></main>');
    await page.evaluate(
      'window.acquireVsCodeApi = () => ({ postMessage() {}, getState() {}, setState() {} })',
    );
    await page.addStyleTag({ content: readFileSync(path.join(out, 'flashPage.css'), 'utf8') });
    await page.addScriptTag({ content: readFileSync(path.join(out, 'flashPage.js'), 'utf8') });
    const times: number[] = [];
    for (const view of views) {
      const message: MessageToPage = { type: 'show', view };
      times.push(
        await page.evaluate<number>(
          `(data => {
            const start = performance.now();
            window.dispatchEvent(new MessageEvent('message', { data }));
            document.body.getBoundingClientRect();
            return performance.now() - start;
          })(${JSON.stringify(message)})`,
        ),
      );
    }
    return times;
  } finally {
    await browser?.close();
  }
}
