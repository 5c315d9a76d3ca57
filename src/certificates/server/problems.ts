import * as l10n from '@vscode/l10n';
import type { Words } from '../../text/problemTexts';

/** What can go wrong when a server is asked for its certificates. */
export interface ServerProblems {
  'server-address-wrong': { address: string };
  'server-unknown': { host: string; reason: string };
  'server-unreachable': { server: string; reason: string };
  'server-not-tls': { server: string; beginning: string };
  'server-silent': { server: string; answer: 'silent' | 'closed' | 'damaged' };
}

export const serverProblems: Words<ServerProblems> = {
  'server-address-wrong': problem =>
    l10n.t(
      '“{0}” is not a server address. Enter a name or an address and a port, such as broker.example:8883 or [2001:db8::1]:443.',
      problem.address,
    ),
  'server-unknown': problem =>
    l10n.t(
      'The name {0} cannot be resolved ({1}). Check the spelling and the network.',
      problem.host,
      problem.reason,
    ),
  'server-unreachable': problem =>
    l10n.t(
      '{0} cannot be reached ({1}). Check the port, the firewall and that the server is running.',
      problem.server,
      problem.reason,
    ),
  'server-not-tls': problem =>
    l10n.t(
      '{0} does not speak TLS: its response starts with “{1}”. Choose its TLS port, often 443 or 8883.',
      problem.server,
      problem.beginning,
    ),
  'server-silent': problem => serverSilent(problem.server, problem.answer),
};

function serverSilent(server: string, answer: 'silent' | 'closed' | 'damaged'): string {
  switch (answer) {
    case 'silent':
      return l10n.t(
        '{0} accepts the connection but does not respond. Check that this is a TLS port.',
        server,
      );
    case 'closed':
      return l10n.t(
        '{0} closes the connection without a response to any ClientHello. Check that this is a TLS port and that the server accepts connections from this host.',
        server,
      );
    case 'damaged':
      return l10n.t(
        '{0} sends data that is not a TLS handshake. Check the server and any proxy between it and this host.',
        server,
      );
  }
}
