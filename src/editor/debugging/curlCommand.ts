import type { PortOpened } from '../../debugger/portOpened';
import { shellLine } from '../../programs/shellLine';

/** The curl command that fetches the page of a TLS port, for the shell of this system. Throws a Problem for a path that it cannot take. */
export function curlCommand(
  { url, port, host, caCertificate, serverName }: PortOpened & { url: string },
  platform: NodeJS.Platform = process.platform,
): string {
  const words = [
    // In PowerShell 5, curl is another program; Windows' own curl asks where the CA lists revoked certificates.
    ...(platform === 'win32' ? ['curl.exe', '--ssl-no-revoke'] : ['curl']),
    ...(caCertificate === undefined ? ['--insecure'] : ['--cacert', caCertificate]),
    ...(serverName === undefined
      ? [url]
      : ['--connect-to', `${serverName}:443:${host}:${port}`, `https://${serverName}/`]),
  ];
  return shellLine(words, platform);
}
