import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { writeCertificates } from '../../src/certificates/writeFiles';
import { buildFirmware, headers } from '../firmware-sources/buildFirmware';
import { freePort } from '../freePort';
import { DebugSession } from './debugSession';

const run = promisify(execFile);
const program = path.join(__dirname, '..', '..', 'samples', 'https-server', 'firmware.elf');

describe('the debug console', function () {
  this.timeout(120_000);
  let folder = '';
  let session: DebugSession;
  let outputs: DebugProtocol.OutputEvent['body'][] = [];

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-console-'));
    await writeCertificates({ name: '127.0.0.1' }, folder);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    outputs = [];
    session = new DebugSession();
    session.client.on('output', ({ body }: DebugProtocol.OutputEvent) => outputs.push(body));
  });
  afterEach(() => session.end());

  /** Launches the sample, and lets curl, which does not know its CA, come and go. */
  async function visited(attributes: object, client: object): Promise<void> {
    const port = await freePort();
    await session.launch(program, { certificates: folder, ports: { 443: port }, ...attributes }, {}, client);
    await session.waitForOutput(/Port 443 of the device is open/);
    await assert.rejects(run('curl', ['-sS', `https://127.0.0.1:${port}/`]));
    await session.waitForOutput(/--cacert ssl\/ca\.crt/);
  }

  /** What a line looks like, with ^ for the control character of ANSI sequences. */
  function line(pattern: RegExp): { output: string; category: string } {
    const found = outputs.filter(({ output }) => pattern.test(output));
    assert.equal(found.length, 1, `${pattern.source} in\n${session.output}`);
    const [first] = found;
    return { output: visible(first?.output ?? ''), category: first?.category ?? '' };
  }

  it('has colours for a client that knows them: the simulator white or grey; failures are the client’s to color, the firmware’s output is as it is', async () => {
    await visited({}, { supportsANSIStyling: true });
    assert.match(line(/Wi-Fi: got IP/).output, /^\^\[37mWi-Fi: got IP [\d.]+\^\[39m\n$/);
    const failure = line(/does not trust the CA/);
    assert.match(failure.output, /^TLS: .*authority\.\n$/);
    assert.equal(failure.category, 'stderr');
    assert.equal(line(/HTTPS server at port/).output, 'HTTPS server at port 443\n');
    assert.doesNotMatch(session.output, /TLS: .* → device/);
  });

  it('has none for others, and shows every record with "trace"', async () => {
    await visited({ trace: true }, {});
    assert.doesNotMatch(visible(session.output), /\^\[/);
    assert.match(session.output, /TLS: 127\.0\.0\.1:\d+ → device: Handshake, .*ClientHello/);
    assert.match(session.output, /callback reconnect: webserver_failed .*, 9/);
    line(/does not trust the CA/);
  });

  it('shows what explains a fatal exception as a failure', async () => {
    const elf = buildFirmware(folder, `${headers}void user_init(void) { *(volatile int *)4 = 1; }`);
    const stopped = session.client.waitForEvent('stopped', 60_000);
    await session.launch(elf, {}, {}, { supportsANSIStyling: true });
    await stopped;
    assert.equal(line(/Fatal exception 29 \(/).category, 'stderr');
  });
});

function visible(text: string): string {
  return text.replaceAll('\u001b', '^');
}
