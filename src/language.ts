import { existsSync } from 'node:fs';
import path from 'node:path';
import * as l10n from '@vscode/l10n';

/**
 * Makes the core speak the language of a locale such as "zh-CN", "zh_CN.UTF-8" or "en"; English for all that there is no
 * bundle for.
 */
export function useLanguage(locale: string | undefined): void {
  if (!/^zh([-_]|$)/i.test(locale ?? '') || /^zh[-_](tw|hk|hant)/i.test(locale ?? '')) {
    l10n.config({ contents: {} });
    return;
  }
  const bundle = path.join(__dirname, '..', 'l10n', 'bundle.l10n.zh-cn.json');
  if (existsSync(bundle)) l10n.config({ fsPath: bundle });
}

/** The locale that a terminal's environment asks for. */
export function terminalLocale(environment: NodeJS.ProcessEnv): string | undefined {
  return environment['LC_ALL'] ?? environment['LC_MESSAGES'] ?? environment['LANG'];
}
