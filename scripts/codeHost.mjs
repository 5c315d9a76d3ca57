#!/usr/bin/env node
// Stands in for the `code` program in @vscode/test-electron: runs an extension's test suite in the embedded VS Code and exits
// with the suite's code.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import { chromium } from 'playwright-core';
import { chromiumOptions, startHost } from './lib/host.mjs';

/** The suite has as long, in ms. */
const patience = 180_000;
/** Marks Mocha's own lines among all that the workbench logs; see test/vscode/suite/index.ts. */
const mark = '\u2063';

/** @param {string} name */
function argument(name) {
  const prefix = `--${name}=`;
  return process.argv.find(text => text.startsWith(prefix))?.slice(prefix.length);
}

const extension = argument('extensionDevelopmentPath');
const tests = argument('extensionTestsPath');
const folder = process.argv.slice(2).find(text => !text.startsWith('-'));
if (extension === undefined || tests === undefined || folder === undefined) {
  console.error('codeHost.mjs needs --extensionDevelopmentPath=, --extensionTestsPath= and a folder.');
  process.exit(2);
}

const data = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-test-'));
const host = await startHost({ data, smokeTestDriver: true });
const browser = await chromium.launch(chromiumOptions);
try {
  const page = await browser.newPage();
  const code = await /** @type {Promise<number>} */ (
    new Promise((resolve, reject) => {
      setTimeout(
        () => reject(new Error(`The suite did not end within ${patience / 1000} s.`)),
        patience,
      ).unref();
      page.on('crash', () => reject(new Error('The page has crashed.')));
      browser.on('disconnected', () => reject(new Error('The browser has ended.')));
      void open(resolve).catch(reject);
    })
  );
  process.exitCode = code;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await browser.close();
  await host.stop();
  rmSync(data, { recursive: true, force: true });
}

/** @param {(code: number) => void} ended */
async function open(ended) {
  const [page] = browser.contexts().flatMap(context => context.pages());
  await page?.exposeFunction(
    'codeAutomationLog',
    (/** @type {string} */ _type, /** @type {unknown[]} */ args) => {
      const text = format(...args);
      if (text.includes(mark)) console.log(text.replaceAll(mark, ''));
    },
  );
  await page?.exposeFunction('codeAutomationExit', (/** @type {number} */ code) => ended(code));
  const remote = (/** @type {string} */ file) =>
    `vscode-remote://127.0.0.1:${host.port}${path.resolve(file)}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extension ?? '')],
    ['extensionTestsPath', remote(tests ?? '')],
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  const query = new URLSearchParams({ folder: path.resolve(folder ?? ''), payload: JSON.stringify(payload) });
  await page?.goto(`${host.url}/?${query.toString()}`);
}
