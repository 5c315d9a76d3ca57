import * as l10n from '@vscode/l10n';
import { heapBeyondBuffer } from '../../sdk/tls';
import { bufferSizes } from '../bufferSizes';
import type { Rule } from '../rule';

export const ssl074: Rule = {
  id: 'SSL074',
  group: 'parameters',
  // The largest buffer is right for servers with long certificate chains.
  severity: 'hint',
  title: () => l10n.t('Largest buffer'),
  explanation: () =>
    l10n.t(
      'Connecting needs the buffer and 14 KB more of free heap, otherwise espconn_secure_connect returns -1. Look at system_get_free_heap_size, or take the smallest buffer that the server’s certificate chain fits in.',
    ),
  source: 'ESP8266 SSL manual 1.4; espconn_secure.c of SDK 3.0.6; libssl.a of SDK 2.0.0',
  check: facts =>
    bufferSizes(facts, (size, [, most]) =>
      size === most
        ? {
            message: l10n.t(
              'With this buffer connecting needs more than {0} bytes of free heap.',
              size + heapBeyondBuffer,
            ),
          }
        : undefined,
    ),
};
