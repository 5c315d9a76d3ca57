import type { KeyObject, X509Certificate } from 'node:crypto';

/** A certificate and the private key it is for. */
export interface Pair {
  certificate: X509Certificate;
  key: KeyObject;
}

/** What certificates that came together are for. */
export interface Choice {
  /** The device's own. */
  own: Pair | undefined;
  /** The CAs between the device's certificate and its root, the lowest first. */
  between: X509Certificate[];
  /** The root of the device's certificate, which its peers trust. */
  root: X509Certificate | undefined;
  /** The CAs by which the device verifies its peers. */
  trusted: X509Certificate[];
  /** Those that nothing is made of. */
  unused: X509Certificate[];
}

/**
 * Decides what each certificate is for. The device verifies its peer by the root of the other certificates: AWS IoT and others have one
 * CA for devices and another for their servers. Without others, both are of the same CA.
 */
export function chooseFrom(certificates: readonly X509Certificate[], keys: readonly KeyObject[]): Choice {
  const own = pairIn(certificates, keys);
  const chain = own === undefined ? [] : chainFrom(own.certificate, certificates);
  const [, ...above] = chain;
  const root = above.at(-1);
  const others = certificates.filter(each => !chain.includes(each));
  const tops = others.map(each => chainFrom(each, certificates).at(-1) ?? each).filter(isCa);
  const trusted = [...new Set(tops.length > 0 || root === undefined ? tops : [root])];
  return {
    own,
    between: above.slice(0, -1),
    root,
    trusted,
    unused: others.filter(each => !trusted.includes(each)),
  };
}

/** A certificate of version 1 does not say what it is; who signs itself is a CA. */
export function isCa(certificate: X509Certificate): boolean {
  return (
    certificate.ca || (certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey))
  );
}

function pairIn(certificates: readonly X509Certificate[], keys: readonly KeyObject[]): Pair | undefined {
  for (const key of keys) {
    const certificate = certificates.find(each => each.checkPrivateKey(key));
    if (certificate !== undefined) return { certificate, key };
  }
  return undefined;
}

/** `first` and those above it, each signed by the next, as far as they are among `all`. */
function chainFrom(first: X509Certificate, all: readonly X509Certificate[]): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const left = new Set(all);
  for (let current: X509Certificate | undefined = first; current !== undefined;) {
    chain.push(current);
    left.delete(current);
    const below: X509Certificate = current;
    current = [...left].find(each => below.checkIssued(each) && below.verify(each.publicKey));
  }
  return chain;
}
