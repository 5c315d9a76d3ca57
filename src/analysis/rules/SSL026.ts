import * as l10n from '@vscode/l10n';
import type { Rule } from '../rule';

export const ssl026: Rule = {
  id: 'SSL026',
  group: 'order',
  severity: 'hint',
  title: () => l10n.t('TLS client and TLS server with libssl'),
  explanation: () =>
    l10n.t(
      'With libssl espconn_secure_connect returns -15 as long as any TLS link is there, also one of a client of the own server. Connect while no client is connected, or link libmbedtls.',
    ),
  source: 'libssl.a of SDK 2.0.0',
  *check({ program }) {
    if (program.target.tlsLibrary !== 'libssl') return;
    const [server] = program.calls('espconn_secure_accept');
    if (server === undefined) return;
    for (const site of program.calls('espconn_secure_connect')) {
      yield {
        at: program.callPlace(site),
        message: l10n.t('With libssl this returns -15 while a client of the TLS server is connected.'),
        related: [{ at: program.callPlace(server), message: l10n.t('The TLS server is started here.') }],
      };
    }
  },
};
