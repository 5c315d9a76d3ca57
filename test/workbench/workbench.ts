import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

const root = path.join(__dirname, '..', '..');
const screenshots = path.join(root, 'out', 'screenshots');

/** The themes that VS Code starts with, and those of high contrast. */
export const themes = [
  ['light', 'Light 2026'],
  ['dark', 'Dark 2026'],
  ['high-contrast', 'Default High Contrast'],
  ['high-contrast-light', 'Default High Contrast Light'],
] as const;

/** The class that the workbench has once a theme is in use: its file. */
const themeClasses: Record<string, string> = {
  'Light 2026': '2026-light-json',
  'Dark 2026': '2026-dark-json',
  'Default High Contrast': 'hc_black-json',
  'Default High Contrast Light': 'hc_light-json',
};

export interface WorkbenchOptions {
  locale?: string;
  theme?: string;
  /** Of the window. */
  size?: { width: number; height: number };
  /** False: VS Code asks whether a folder is trusted, and restricts what works until it is. */
  trust?: boolean;
  /** Fills the workspace folder; by default it is a copy of the sample. */
  fill?: (folder: string) => void;
}

/** A workbench with the packed extension installed, open on a folder, as a user sees it. */
export interface Workbench {
  page: Page;
  /** The workspace folder. */
  folder: string;
  /** Opens another folder, a .code-workspace file or a single file in the window; without one, an empty window. */
  open(where?: string): Promise<void>;
  /** Waits until the workbench knows the extension: keys pressed earlier do what they do without it. */
  ready(): Promise<void>;
  /** Runs a command by its title in the palette. */
  command(title: string): Promise<void>;
  /** Chooses a color theme in the palette, as a user does. */
  useTheme(name: string): Promise<void>;
  /** Writes a picture to out/screenshots; toasts have faded in by then. */
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const { chromiumOptions, ensureHost, startHost } = await import('../../scripts/lib/host.mjs');
  ensureHost();
  const data = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-workbench-'));
  const folder = mkdtempSync(path.join(os.tmpdir(), 'https-server-'));
  (options.fill ?? copySample)(folder);
  const host = await startHost({
    data,
    install: await packed(),
    trust: options.trust ?? true,
    settings: options.theme === undefined ? {} : { 'workbench.colorTheme': options.theme },
  });
  let browser: Browser | undefined;
  const close = async () => {
    await browser?.close();
    await host.stop();
    for (const temporary of [data, folder]) rmSync(temporary, { recursive: true, force: true });
  };
  try {
    browser = await chromium.launch(chromiumOptions);
    const page = await browser.newPage({
      viewport: options.size ?? { width: 1280, height: 800 },
      locale: options.locale ?? 'en-US',
      // The page of a device has a certificate that no browser knows.
      ignoreHTTPSErrors: true,
    });
    page.setDefaultTimeout(60_000);
    // VS Code asks before a page with a terminal is left.
    page.on('dialog', dialog => void dialog.accept());
    // What a language pack would set; the extension brings its own words.
    if (options.locale === 'zh-CN')
      await page.addInitScript({ content: "globalThis._VSCODE_NLS_LANGUAGE = 'zh-cn';" });
    await page.addInitScript({ content: withoutProxy });
    const open = async (where?: string) => {
      await page.goto(`${host.url}/?${query(where, host.port)}`);
      await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
      // Until then the colours are those of another theme.
      const themeClass = themeClasses[options.theme ?? ''];
      if (themeClass !== undefined)
        await page.locator(`.monaco-workbench[class*="${themeClass}"]`).waitFor({ timeout: 60_000 });
    };
    await open(folder);
    return {
      page,
      folder,
      open,
      async ready() {
        await findCommand(page, options.locale === 'zh-CN' ? '在模拟设备上运行' : 'Run on Simulated Device');
        await page.keyboard.press('Escape');
        // It is in the palette once VS Code knows the debuggers; before, F5 opens a view.
        await findCommand(page, 'Debug: Start Debugging');
        await page.keyboard.press('Escape');
        await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
      },
      async command(title) {
        await (await findCommand(page, title)).click();
      },
      async useTheme(name) {
        await (await findCommand(page, 'Preferences: Color Theme')).click();
        await page.locator('.quick-input-widget input.input').fill(name);
        await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first().click();
        await page.locator(`.monaco-workbench[class*="${themeClasses[name] ?? ''}"]`).waitFor();
        await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
      },
      async screenshot(name) {
        await page.waitForTimeout(700);
        mkdirSync(screenshots, { recursive: true });
        await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

let vsix: string | undefined;

/** The packed extension: the file that VSIX names, or one that is packed once for all tests of a run. */
async function packed(): Promise<string> {
  const { packageExtension } = await import('../../scripts/lib/packageExtension.mjs');
  return (vsix ??= process.env['VSIX'] ?? packageExtension());
}

/** code-server opens the ports of this computer through a proxy of its own, which other workbenches do not have. */
const withoutProxy = `document.addEventListener('readystatechange', () => {
  const element = document.getElementById('vscode-workbench-web-configuration');
  if (element === null) return;
  const settings = JSON.parse(element.getAttribute('data-settings'));
  delete settings.productConfiguration?.proxyEndpointTemplate;
  element.setAttribute('data-settings', JSON.stringify(settings));
});`;

/**
 * Presses F5 as a user does. Until VS Code's extension host has told it of the debuggers, which nothing on the screen shows, the key
 * opens the Run view instead, whoever made the debugger: then it is pressed once more.
 */
export async function pressF5(page: Page): Promise<void> {
  const runView = page.locator('.sidebar .composite.title').getByText(/^Run and Debug/i);
  const reaction = page
    .locator('.quick-input-list .monaco-list-row, .monaco-dialog-box, .debug-toolbar')
    .filter({ visible: true });
  const wasOpen = await runView.isVisible();
  for (let tries = 0; tries < 5; tries++) {
    await page.keyboard.press('F5');
    try {
      await reaction.first().waitFor({ timeout: 10_000 });
      return;
    } catch {
      if (wasOpen || !(await runView.isVisible())) return;
    }
  }
}

/** Opens the palette until it has a command: one that was opened before the workbench knows the extension does not learn of it. */
async function findCommand(page: Page, title: string): Promise<Locator> {
  const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
  for (let tries = 0; tries < 40; tries++) {
    await page.keyboard.press('F1');
    try {
      // A palette that another one has just made way for may close again.
      await page.locator('.quick-input-widget input.input').fill(`>${title}`, { timeout: 5000 });
      await row.waitFor({ timeout: 1500 });
      return row;
    } catch {
      await page.keyboard.press('Escape');
    }
  }
  throw new Error(`The palette has no command “${title}”.`);
}

/** Copies the sample without certificates. */
export function copySample(folder: string): void {
  cpSync(path.join(root, 'samples', 'https-server'), folder, { recursive: true });
  rmSync(path.join(folder, 'ssl'), { recursive: true, force: true });
}

/** How the workbench's address says what to open. */
function query(where: string | undefined, port: number): string {
  if (where === undefined) return 'ew=true';
  const path = encodeURIComponent(where);
  if (where.endsWith('.code-workspace')) return `workspace=${path}`;
  if (statSync(where).isDirectory()) return `folder=${path}`;
  const file = ['openFile', `vscode-remote://127.0.0.1:${port}${where}`];
  return `ew=true&payload=${encodeURIComponent(JSON.stringify([file]))}`;
}
