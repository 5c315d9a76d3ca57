import { rootCertificates } from 'node:tls';
import { isSignedBy, readSentCertificate, type SentCertificate } from './sentCertificate';

/** The roots that a computer trusts. */
export type RootStore = (child: SentCertificate) => SentCertificate | undefined;

let store: SentCertificate[] | undefined;

/** The root of Node's store, which is Mozilla's, that signed a certificate. */
export function trustedRoot(child: SentCertificate): SentCertificate | undefined {
  store ??= rootCertificates
    .map(pem => readSentCertificate(Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64')))
    .filter(root => root !== undefined);
  return store.find(root => isSignedBy(child.x509, root.x509));
}
