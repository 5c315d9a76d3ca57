/** A port of the device as it is open on this computer. */
interface Port {
  protocol: 'tls' | 'tcp' | 'udp';
  devicePort: number;
  host: string;
  port: number;
}

/** The address that a browser opens; undefined where the port is not one of HTTP. TLS on a port other than 443 is taken for HTTPS. */
export function portUrl({ protocol, devicePort, host, port }: Port): string | undefined {
  const scheme = schemeOf(protocol, devicePort);
  return scheme && `${scheme}://${host}:${port}/`;
}

function schemeOf(protocol: Port['protocol'], devicePort: number): 'http' | 'https' | undefined {
  if (protocol === 'udp') return undefined;
  if (protocol === 'tls' || devicePort === 443 || devicePort === 8443) return 'https';
  return devicePort === 80 || devicePort === 8080 ? 'http' : undefined;
}
