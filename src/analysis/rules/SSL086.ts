import * as l10n from '@vscode/l10n';
import { bufferSizes } from '../bufferSizes';
import type { Rule } from '../rule';

export const ssl086: Rule = {
  id: 'SSL086',
  group: 'parameters',
  severity: 'error',
  title: () => l10n.t('Buffer size that is cut off'),
  explanation: () =>
    l10n.t('The size is a uint16: of a larger number only the lower 16 bits arrive. The most is 8192.'),
  source: 'espconn.h of SDK 3.0.6',
  check: facts =>
    bufferSizes(facts, (size, [, most]) =>
      size > 0xffff
        ? {
            message: l10n.t('{0} does not fit into 16 bits: {1} arrives.', size, size & 0xffff),
            better: most,
          }
        : undefined,
    ),
};
