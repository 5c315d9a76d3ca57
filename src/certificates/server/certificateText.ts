import * as l10n from '@vscode/l10n';
import type { TrustAnchor } from './chain';
import type { Verdict } from './compatibility';
import type { SentCertificate } from './sentCertificate';

/** `device`: “libmbedtls of SDK 3.0.6”. */
export function verdictText(verdict: Verdict, server: string, device: string): string {
  switch (verdict) {
    case 'yes':
      return l10n.t('A device with {0} can talk to {1} and verify it.', device, server);
    case 'unverified':
      return l10n.t(
        'A device with {0} can talk to {1}, but cannot verify it: do not call espconn_secure_ca_enable.',
        device,
        server,
      );
    case 'no':
      return l10n.t('A device with {0} cannot talk to {1}.', device, server);
  }
}

/** Which certificate the device must hold, and why this one, or that none fits. */
export function anchorText({ certificate, origin, kind, isUsable }: TrustAnchor): string {
  const what = certificateText(certificate);
  if (!isUsable) return l10n.t('No CA certificate fits: the device cannot use {0}.', what);
  switch (kind) {
    case 'server':
      return l10n.t(
        'The device must hold {0}: the server’s own certificate, which is self-signed. If the server’s certificate changes, the device needs the new one.',
        what,
      );
    case 'intermediate':
      return l10n.t(
        'The device must hold {0}: the topmost certificate of the server’s chain that the device can use, an intermediate CA. Its root is unknown here. If the server changes to another intermediate CA, the device needs that one.',
        what,
      );
    case 'root':
      return origin === 'sent'
        ? l10n.t('The device must hold {0}: the root of the chain that the server sends.', what)
        : l10n.t(
            'The device must hold {0}: the root that signed the chain. The server does not send it; it comes from the roots that this host trusts.',
            what,
          );
  }
}

/** “Example CA (RSA 2048, sha256, valid until 2035-06-04)”. */
export function certificateText({ name, keyType, bits, signature, notAfter }: SentCertificate): string {
  return l10n.t(
    '{0} ({1}, signed with {2}, valid until {3})',
    name,
    keyType === 'rsa' ? `RSA ${bits}` : keyName(keyType),
    signature,
    day(notAfter),
  );
}

/** A type of key as people write it. */
export function keyName(keyType: string | undefined): string {
  if (keyType === undefined) return l10n.t('of an unknown kind');
  return keyType === 'ec' ? 'ECDSA' : keyType.toUpperCase();
}

/** A date without its time. */
export function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
