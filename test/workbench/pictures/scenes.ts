import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { pageFrame } from '../pageFrame';
import { pressF5, type Workbench } from '../workbench';
import { animatedGif, type Frame } from './animation';

/** A picture of the README, made in the workbench as a user works there. */
export interface Scene {
  /** The name of the picture in media/. */
  file: string;
  make: (workbench: Workbench) => Promise<Buffer>;
}

/** Pixels: what is written stays legible in the README's column of 830. */
const animationSize = { width: 1000, height: 640 };
const pictureSize = { width: 1280, height: 800 };
const address = 'https://127.0.0.1:8443/';
/** ms; all that is slower is a fault. */
const patience = 60_000;

/** In the order in which they are made: each finds the folder as the one before has left it. */
export const scenes: readonly Scene[] = [
  { file: 'first-run.gif', make: firstRun },
  { file: 'debugging.png', make: debugging },
  { file: 'certificates.png', make: certificates },
  { file: 'diagnostics.png', make: diagnostics },
  { file: 'flash-layout.png', make: flashLayout },
];

/** From the folder to the page in three steps: F5, Generate and Run, the browser. */
async function firstRun({ page, folder }: Workbench): Promise<Buffer> {
  await page.setViewportSize(animationSize);
  const frames: Frame[] = [];
  const show = async (shown: number) => {
    // Messages fade in.
    await page.waitForTimeout(700);
    frames.push({ png: await page.screenshot(), shown });
  };
  await page.locator('.explorer-folders-view').getByText('firmware.elf').waitFor({ timeout: patience });
  await page.locator('.activitybar .action-label[aria-label^="ESP8266 SSL"]').waitFor({ timeout: patience });
  await openFile(page, `user_main.c:${lineOf(folder, 'webserver_recv')}`);
  await page.locator('.view-line').getByText('webserver_recv').first().waitFor();
  await show(1500);
  await pressF5(page);
  const generate = page.locator('.monaco-dialog-box').getByText('Generate and Run');
  await generate.waitFor({ timeout: patience });
  await show(2000);
  await generate.click();
  const open = page
    .locator('.notification-toast')
    .filter({ hasText: 'The simulated device' })
    .getByText('Open in Browser');
  await open.waitFor({ timeout: patience });
  await page.locator('.repl').getByText(address).waitFor({ timeout: patience });
  await show(2500);
  await open.hover();
  await show(800);
  frames.push({ png: await servedPage(page, path.join(folder, 'ssl', 'ca.crt')), shown: 3000 });
  await page.locator('.repl').getByText('request').first().waitFor({ timeout: patience });
  // The button closes its message; here another browser has opened the page.
  await dismissMessages(page);
  await show(2500);
  await page.keyboard.press('Shift+F5');
  await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
  if (!readFileSync(path.join(folder, 'ssl', 'ca.crt'), 'latin1').includes('CERTIFICATE'))
    throw new Error('No certificate was generated.');
  return animatedGif(frames);
}

/** What a browser that trusts the CA shows, under a bar with the address. */
async function servedPage(page: Page, ca: string): Promise<Buffer> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('The browser has ended.');
  const { stdout: html } = await promisify(execFile)('curl', ['-sS', '--cacert', ca, address]);
  const context = await browser.newContext({ viewport: animationSize });
  try {
    const served = await context.newPage();
    await served.setContent(html);
    const picture = (await served.screenshot()).toString('base64');
    const { background, color, font, text } = {
      background: '#e8eaed',
      color: '#202124',
      font: '15px "DejaVu Sans", sans-serif',
      text: address,
    };
    await served.goto('about:blank');
    await served.setContent(`<style>
      body { margin: 0; background: #fff; overflow: hidden; }
      div { background: ${background}; padding: 10px 14px; }
      span { display: block; background: #fff; border-radius: 16px; padding: 7px 16px; color: ${color}; font: ${font}; }
      img { display: block; }
    </style><div><span>${text}</span></div><img src="data:image/png;base64,${picture}">`);
    return await served.screenshot();
  } finally {
    await context.close();
  }
}

/** A request has stopped at a breakpoint. */
async function debugging(workbench: Workbench): Promise<Buffer> {
  const { page, folder } = workbench;
  await page.setViewportSize(pictureSize);
  await openFile(page, `user_main.c:${lineOf(folder, 'request_count++')}`);
  await page.locator('.view-line').getByText('request_count++').waitFor();
  await page.keyboard.press('F9');
  await page.locator('.codicon-debug-breakpoint').first().waitFor();
  await page.keyboard.press('F5');
  await page.locator('.repl').getByText(address).first().waitFor({ timeout: patience });
  const ca = path.join(folder, 'ssl', 'ca.crt');
  // The console may still show the address of the session before.
  const asked = promisify(execFile)('curl', [
    '-sS',
    '--cacert',
    ca,
    '--retry',
    '60',
    '--retry-connrefused',
    address,
  ]);
  await page.locator('.debug-top-stack-frame-line').waitFor({ timeout: patience });
  await page.locator('.debug-call-stack').getByText('webserver_recv').waitFor();
  const variables = page.locator('.debug-variables');
  for (const name of ['Locals', 'client']) {
    const row = variables.locator('.monaco-list-row').filter({ hasText: name }).first();
    const closed = row.locator('.monaco-tl-twistie.collapsed');
    if (await closed.isVisible()) await closed.click();
  }
  await variables.getByText('pdata').first().waitFor();
  await dismissMessages(page);
  const picture = await settled(page);
  await page.keyboard.press('F5');
  await asked;
  await page.keyboard.press('Shift+F5');
  await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
  await workbench.command('View: Hide Panel');
  return picture;
}

/** The tree of all certificates beside the page of the record file. */
async function certificates({ page }: Workbench): Promise<Buffer> {
  await page.locator('.activitybar .action-label[aria-label^="ESP8266 SSL"]').click();
  const rows = page.locator('.pane-body .monaco-list-row');
  await rows.filter({ hasText: '127.0.0.1' }).first().waitFor({ timeout: patience });
  await openFile(page, 'esp_cert_private_key.bin');
  const frame = await pageFrame(page, 'main#page h1');
  await frame.getByRole('heading', { name: 'esp_cert_private_key.bin' }).waitFor();
  return settled(page);
}

/** A server with two mistakes in its receive callback. */
const mistakes = `/* Answers commands over TLS. */
#include "osapi.h"
#include "user_interface.h"
#include "espconn.h"

static void ICACHE_FLASH_ATTR
on_received(void *arg, char *data, unsigned short length)
{
    struct espconn *client = arg;

    os_printf("%d bytes\\n", length);
    espconn_sent(client, (uint8 *)"OK\\r\\n", 4);
    espconn_secure_disconnect(client);
}

static void ICACHE_FLASH_ATTR
on_connected(void *arg)
{
    struct espconn *client = arg;

    espconn_regist_recvcb(client, on_received);
}

void ICACHE_FLASH_ATTR
control_start(struct espconn *server)
{
    espconn_regist_connectcb(server, on_connected);
    espconn_secure_accept(server);
}
`;

/** Data that would leave without TLS, and what the hover says of it. */
async function diagnostics({ page, folder }: Workbench): Promise<Buffer> {
  const file = path.join(folder, 'user', 'control.c');
  writeFileSync(file, mistakes);
  try {
    await page.locator('.activitybar .action-label[aria-label^="Explorer"]').click();
    await openFile(page, 'control.c');
    await page.locator('.squiggly-error').first().waitFor({ timeout: patience });
    await page.keyboard.press('Control+Shift+M');
    const rows = page.locator('.markers-panel .monaco-list-row');
    await rows.filter({ hasText: 'SSL001' }).first().waitFor({ timeout: patience });
    await page.locator('.view-line').getByText('espconn_sent').first().hover();
    await page.locator('.monaco-hover:visible').filter({ hasText: 'SSL001' }).waitFor();
    return await settled(page);
  } finally {
    rmSync(file);
  }
}

/** The map of a flash of 4 MB. */
async function flashLayout(workbench: Workbench): Promise<Buffer> {
  const { page, folder } = workbench;
  writeFileSync(
    path.join(folder, 'esp8266-ssl.json'),
    JSON.stringify(
      {
        sdk: '3.0.6',
        flash: {
          map: 4,
          regions: [
            { file: 'ssl/esp_ca_cert.bin', sector: '0x77' },
            { file: 'ssl/esp_cert_private_key.bin', sector: '0x78' },
            { name: 'settings', sector: '0x7A', size: '8 KB' },
          ],
        },
      },
      undefined,
      2,
    ),
  );
  await workbench.command('View: Close All Editors');
  await workbench.command('View: Hide Panel');
  await workbench.command('Open Flash Layout');
  const frame = await pageFrame(page, 'table[role="grid"]');
  await frame.locator('table tbody tr').filter({ hasText: 'esp_cert_private_key.bin' }).first().waitFor();
  return settled(page);
}

/** A picture when all that moves has come to rest. */
async function settled(page: Page): Promise<Buffer> {
  await page.waitForTimeout(1000);
  return page.screenshot();
}

async function dismissMessages(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.locator('.notification-toast').first().waitFor({ state: 'hidden' });
}

/** The line of the sample where a text is, from 1. */
function lineOf(folder: string, text: string): number {
  const lines = readFileSync(path.join(folder, 'user', 'user_main.c'), 'utf8').split('\n');
  return lines.findIndex(line => line.includes(text)) + 1;
}

/** Opens a file by its name, with “:line” if wanted. */
async function openFile(page: Page, name: string): Promise<void> {
  const [file = ''] = name.split(':');
  const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: file }).first();
  // A list that was opened before VS Code knows of a new file does not learn of it.
  for (let tries = 0; tries < 20 && !(await row.isVisible()); tries++) {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+P');
    await page.locator('.quick-input-widget input.input').fill(name);
    await row.waitFor({ timeout: 3000 }).catch(() => undefined);
  }
  await row.waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.tab').getByText(file).waitFor();
}
