import net from 'node:net';

/** Whether one of a certificate's names is this host name or address; a first label “*” stands for any one (RFC 6125). */
export function coversName(names: readonly string[], asked: string): boolean {
  const host = asked.toLowerCase().replace(/\.$/, '');
  return names.some(each => {
    const name = each.toLowerCase();
    if (name === host) return true;
    if (!name.startsWith('*.') || net.isIP(host) !== 0) return false;
    const dot = host.indexOf('.');
    return dot > 0 && host.slice(dot) === name.slice(1);
  });
}
