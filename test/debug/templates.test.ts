import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { writeCertificates } from '../../src/certificates/writeFiles';
import { templates } from '../../src/project/templates';
import { freePort } from '../freePort';
import { DebugSession } from './debugSession';

const samples = path.join(__dirname, '..', '..', 'samples');

/** A program that makes the device stop at the breakpoint. */
async function ask(port: number, certificates: string, tlsOnly: boolean): Promise<void> {
  const ca = path.join(certificates, 'ca.crt');
  if (!tlsOnly) {
    await promisify(execFile)('curl', ['-sS', '--cacert', ca, `https://127.0.0.1:${port}/`]);
    return;
  }
  const socket = tls.connect({ port, host: '127.0.0.1', ca: readFileSync(ca) }, () => socket.write('hello'));
  await new Promise(resolve => socket.on('error', resolve).on('close', resolve));
}

describe('debugging the templates', function () {
  this.timeout(120_000);
  let certificates = '';
  before(async () => {
    certificates = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-templates-'));
    await writeCertificates({ name: '127.0.0.1' }, certificates);
  });
  after(() => {
    rmSync(certificates, { recursive: true, force: true });
  });

  for (const { id, breakpoint, securePort } of templates) {
    it(`every local of ${id} has a value at its suggested breakpoint`, async () => {
      const session = new DebugSession();
      try {
        const program = path.join(samples, id, 'firmware.elf');
        const source = path.join(samples, id, breakpoint);
        const lines = readFileSync(source, 'utf8').split('\n');
        const line = lines.findIndex(text => text.includes('Set a breakpoint here')) + 1;
        assert.ok(line > 0, `${source} suggests no breakpoint`);
        const port = await freePort();
        await session.launch(
          program,
          { certificates, ports: { [securePort]: port, 80: 0 } },
          { [source]: [line] },
        );
        await session.waitForOutput(new RegExp(`Port ${securePort} of the device is open`));
        const stopped = session.client.waitForEvent('stopped', 60_000);
        const asked = ask(port, certificates, id === 'uart-bridge').catch(() => undefined);
        await stopped;
        const [frame] = await session.where('breakpoint');
        assert.equal(frame?.source?.path, source);
        session.lines.length = 0;
        await session.variables();
        assert.ok(session.lines.length >= 3, session.lines.join('\n'));
        assert.deepEqual(
          session.lines.filter(text => /optimized out|not available/.test(text)),
          [],
        );
        await session.end();
        await asked;
      } finally {
        await session.end();
      }
    });
  }
});
