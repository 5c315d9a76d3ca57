import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

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

/** A workbench with the packed extension installed, open on a copy of the sample, as a user sees it. */
export interface Workbench {
  page: Page;
  /** The workspace folder. */
  folder: string;
  /** Runs a command by its title in the palette. */
  command(title: string): Promise<void>;
  /** Writes a picture to out/screenshots; toasts have faded in by then. */
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

/** How the workbench is opened. */
export interface WorkbenchOptions {
  locale?: string;
  theme?: string;
  /** An empty folder instead of a copy of the sample. */
  empty?: boolean;
  viewport?: { width: number; height: number };
}

export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const { chromiumOptions, ensureHost, startHost } = await import('../../scripts/lib/host.mjs');
  const { packageExtension } = await import('../../scripts/lib/packageExtension.mjs');
  ensureHost();
  const data = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-workbench-'));
  const folder = mkdtempSync(path.join(os.tmpdir(), 'https-server-'));
  if (options.empty !== true) cpSync(path.join(root, 'samples', 'https-server'), folder, { recursive: true });
  rmSync(path.join(folder, 'ssl'), { recursive: true, force: true });
  const host = await startHost({
    data,
    install: packageExtension(),
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
      viewport: options.viewport ?? { width: 1280, height: 800 },
      locale: options.locale ?? 'en-US',
    });
    page.setDefaultTimeout(60_000);
    // What a language pack would set; the extension brings its own words.
    if (options.locale === 'zh-CN')
      await page.addInitScript({ content: "globalThis._VSCODE_NLS_LANGUAGE = 'zh-cn';" });
    await page.goto(`${host.url}/?folder=${encodeURIComponent(folder)}`);
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    // Until then the colours are those of another theme.
    const themeClass = themeClasses[options.theme ?? ''];
    if (themeClass !== undefined)
      await page.locator(`.monaco-workbench[class*="${themeClass}"]`).waitFor({ timeout: 60_000 });
    return {
      page,
      folder,
      async command(title) {
        const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
        // A palette that was opened before the workbench knows the extension does not learn of it.
        for (let tries = 0; tries < 20; tries++) {
          await page.keyboard.press('F1');
          await page.locator('.quick-input-widget input.input').fill(`>${title}`);
          try {
            await row.click({ timeout: 1500 });
            return;
          } catch {
            await page.keyboard.press('Escape');
          }
        }
        throw new Error(`The palette has no command “${title}”.`);
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
