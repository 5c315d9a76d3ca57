import * as l10n from '@vscode/l10n';
import { repository } from '../../../package.json';
import type { Notice } from '../engine/sources';
import type { RuleInfo } from '../../findings/rule';

/** The address of the page about a rule. */
export function rulePage({ id }: Pick<RuleInfo, 'id'>): string {
  return `${repository.url.replace(/\.git$/, '')}/blob/main/docs/rules/${id}.md`;
}

/** Why a file was not looked at, in a sentence. */
export function noticeText(kind: Notice['kind']): string {
  switch (kind) {
    case 'too-large':
      return l10n.t('skipped: larger than the size limit');
    case 'not-text':
      return l10n.t('skipped: not a text file');
    case 'sdk-source':
      return l10n.t('skipped: a source file of the SDK');
    case 'few-configurations':
      return l10n.t('large project: checked in its main configurations only');
    case 'coarse':
      return l10n.t('large project: some pointers and callbacks were not followed');
    case 'own-library':
      return l10n.t('the project defines SDK functions itself; nothing in it is checked');
  }
}
