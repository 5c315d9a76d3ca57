import path from 'node:path';
import * as l10n from '@vscode/l10n';

let isChinese = false;

/** Makes this program speak Chinese if the locale (zh-cn, zh_CN.UTF-8) is Chinese; it speaks English otherwise. */
export function useLanguage(locale: string | undefined): void {
  if (languageOf(locale) === 'en') return;
  isChinese = true;
  // src in the sources, out in the build: both lie beside l10n.
  l10n.config({ fsPath: path.join(__dirname, '..', 'l10n', 'bundle.l10n.zh-cn.json') });
}

/** A text of the SDK's tables in the language of this program. */
export function inLanguage({ en, zh }: { en: string; zh: string }): string {
  return isChinese ? zh : en;
}

/** The language that is spoken where the locale is this one. */
export function languageOf(locale: string | undefined): 'en' | 'zh-cn' {
  return locale !== undefined && /^zh\b|^zh_/i.test(locale) ? 'zh-cn' : 'en';
}

/** Returns the locale for messages of a program in a terminal, as POSIX ranks the variables. */
export function terminalLocale(environment: NodeJS.ProcessEnv): string | undefined {
  // A variable that is set but empty counts as not set.
  return ['LC_ALL', 'LC_MESSAGES', 'LANG'].map(name => environment[name]).find(Boolean);
}
