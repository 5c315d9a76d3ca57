import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { callingFirmware, longCalls } from '../core/callingFirmware';

const out = path.join(__dirname, '..', '..', 'out');
const patience = 60_000;

/** A client of an adapter that the test has started by itself. */
class AttachedClient extends DebugClient {
  attach({ stdout, stdin }: ChildProcess): void {
    this.connect(stdout ?? assert.fail(), stdin ?? assert.fail());
  }
}

describe('a firmware that calls without end what takes the host long', function () {
  this.timeout(4 * patience);
  let folder = '';
  let program = '';
  let child: ChildProcess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-pausing-'));
    program = path.join(folder, 'loop.elf');
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  function start(script: string, ...args: string[]): ChildProcess {
    child = spawn(process.execPath, [path.join(out, script), ...args], { cwd: folder });
    child.stderr?.resume();
    return child;
  }

  for (const { name, args, texts } of longCalls) {
    it(`${name}: the debug adapter answers a pause each time, and ends on SIGTERM`, async () => {
      writeFileSync(program, callingFirmware(name, args, texts));
      const adapter = start('debugAdapter.js');
      const ended = once(adapter, 'exit');
      const client = new AttachedClient('', '', 'esp8266-ssl');
      client.attach(adapter);
      await client.initializeRequest({ adapterID: 'esp8266-ssl', pathFormat: 'path' });
      const initialized = client.waitForEvent('initialized', patience);
      const launched = client.launchRequest({ program, cwd: folder } as DebugProtocol.LaunchRequestArguments);
      await initialized;
      await client.configurationDoneRequest();
      await launched;
      for (let count = 0; count < 3; count++) {
        const stopped = client.waitForEvent('stopped', patience);
        await client.pauseRequest({ threadId: 1 });
        assert.equal(((await stopped) as DebugProtocol.StoppedEvent).body.reason, 'pause');
        await client.continueRequest({ threadId: 1 });
      }
      adapter.kill('SIGTERM');
      await ended;
    });

    it(`${name}: Ctrl-C ends the command, a second one at once`, async () => {
      writeFileSync(program, callingFirmware(name, args, texts));
      for (const times of [1, 2]) {
        const command = start('cli.js', 'simulate', program);
        const ended = once(command, 'exit') as Promise<[number | null, string | null]>;
        await once(command.stdout ?? assert.fail(), 'data');
        command.stdout?.resume();
        for (let count = 0; count < times; count++) command.kill('SIGINT');
        const [code, signal] = await ended;
        assert.ok(code === 130 || signal === 'SIGINT', `${code}, ${signal}`);
      }
    });
  }
});
