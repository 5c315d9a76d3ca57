import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as l10n from '@vscode/l10n';

const bundle = path.join(__dirname, '..', '..', 'l10n', 'bundle.l10n.zh-cn.json');

/** Has `say` speak Chinese, and all others English again. */
export function inChinese<T>(say: () => T): T {
  l10n.config({ contents: readFileSync(bundle, 'utf8') });
  try {
    return say();
  } finally {
    l10n.config({ contents: {} });
  }
}
