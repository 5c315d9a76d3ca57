import { once } from 'node:events';
import net from 'node:net';

/** A port that somebody listens at: `wanted`, by whoever has it already or by us, or any. `release` ends ours. */
export async function takenPort(wanted = 0): Promise<{ port: number; release: () => void }> {
  const server = net.createServer().listen(wanted, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return { port: wanted, release: () => undefined };
  }
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, release: () => server.close() };
}
