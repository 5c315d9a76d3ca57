import type { PortOpened } from '../../debugger/portOpened';

/** The curl command that fetches the page of a TLS port, for the shell of this system. */
export function curlCommand(
  { url, port, host, caCertificate, serverName }: PortOpened & { url: string },
  platform: NodeJS.Platform = process.platform,
): string {
  const windows = platform === 'win32';
  const quoted = (text: string) => {
    if (/^[\w@%+=:,./\\-]+$/.test(text) && (windows || !text.includes('\\'))) return text;
    return windows ? `"${text}"` : `'${text.replaceAll("'", `'\\''`)}'`;
  };
  return [
    // In PowerShell 5, curl is another program; Windows' own curl asks where the CA lists revoked certificates.
    ...(windows ? ['curl.exe', '--ssl-no-revoke'] : ['curl']),
    ...(caCertificate === undefined ? ['--insecure'] : ['--cacert', quoted(caCertificate)]),
    ...(serverName === undefined
      ? [url]
      : ['--connect-to', quoted(`${serverName}:443:${host}:${port}`), `https://${serverName}/`]),
  ].join(' ');
}
