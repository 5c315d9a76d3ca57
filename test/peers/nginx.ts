import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';

/**
 * Starts nginx with one or more `server` blocks, in a new folder below `folder`.
 * @param ports what it listens at: waited for
 */
export async function startNginx(folder: string, servers: string, ...ports: number[]): Promise<ChildProcess> {
  const home = mkdtempSync(path.join(folder, 'nginx-'));
  const config = path.join(home, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map(what => `${what}_temp_path ${home};`)
    .join(' ');
  writeFileSync(
    config,
    `${process.getuid?.() === 0 ? 'user root;' : ''} daemon off; pid ${home}/pid; error_log ${home}/error.log;
events {}
http {
  access_log off;
  ${temporary}
  ${servers}
}`,
  );
  const nginx = spawn('/usr/sbin/nginx', ['-c', config, '-e', `${home}/error.log`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  nginx.stderr.on('data', data => (said += String(data)));
  for (const port of ports)
    await waitForPort(port, () => (nginx.exitCode === null ? '' : said || 'nginx has ended'));
  return nginx;
}

async function waitForPort(port: number, ended: () => string): Promise<void> {
  for (const end = Date.now() + 60_000; ;) {
    const open = await new Promise<boolean>(resolve => {
      const socket = net
        .connect(port, '127.0.0.1', () => {
          socket.destroy();
          resolve(true);
        })
        .on('error', () => {
          resolve(false);
        });
    });
    if (open) return;
    if (ended() !== '' || Date.now() > end) throw new Error(`nobody listens at ${port}. ${ended()}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
