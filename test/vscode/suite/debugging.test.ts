import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';

interface StackFrame {
  id: number;
  name: string;
  line: number;
  source?: { path: string };
}

interface Variable {
  name: string;
  value: string;
  variablesReference: number;
}

describe('debugging the sample on a simulated ESP8266', () => {
  const folder = () => vscode.workspace.workspaceFolders?.[0];
  const root = () => folder()?.uri.fsPath ?? '';

  before(async () => {
    await vscode.commands.executeCommand('esp8266-ssl.generateCertificates', { name: '127.0.0.1' });
  });

  afterEach(async () => {
    await vscode.debug.stopDebugging();
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
  });

  it('stops in the receive callback when curl asks for a page', async () => {
    const source = path.join(root(), 'user', 'user_main.c');
    const lines = readFileSync(source, 'utf8').split('\n');
    const line = lines.findIndex(text => text.includes('request_count++'));
    const location = new vscode.Location(vscode.Uri.file(source), new vscode.Position(line, 0));
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(location)]);

    const port = await freePort();
    const events = new DebugEvents();
    const started = await vscode.debug.startDebugging(folder(), {
      type: 'esp8266-ssl',
      request: 'launch',
      name: 'test',
      program: path.join(root(), 'firmware.elf'),
      ports: { 443: port },
    });
    assert.equal(started, true);
    await events.output(/Port 443 of the device is open/);

    const url = `https://127.0.0.1:${port}/`;
    const asked = promisify(execFile)('curl', ['-sS', '--cacert', path.join(root(), 'ssl', 'ca.crt'), url]);
    await events.stopped();
    const session = vscode.debug.activeDebugSession;
    assert.ok(session);

    const { stackFrames } = (await session.customRequest('stackTrace', { threadId: 1 })) as {
      stackFrames: StackFrame[];
    };
    assert.equal(stackFrames[0]?.name, 'webserver_recv');
    assert.equal(stackFrames[0].line, line + 1);
    // In the embedded VS Code paths that reach the workbench are URIs of its server.
    assert.equal(vscode.Uri.parse(stackFrames[0].source?.path ?? '').path, source);

    const { scopes } = (await session.customRequest('scopes', { frameId: stackFrames[0].id })) as {
      scopes: { variablesReference: number }[];
    };
    const children = async (variablesReference: number) => {
      const answer = (await session.customRequest('variables', { variablesReference })) as {
        variables: Variable[];
      };
      return new Map(answer.variables.map(variable => [variable.name, variable]));
    };
    const locals = await children(scopes[0]?.variablesReference ?? 0);
    assert.match(locals.get('pdata')?.value ?? '', /"GET \/ HTTP\/1\.1\\r\\nHost: 127\.0\.0\.1/);
    assert.match(locals.get('len')?.value ?? '', /^\d+$/);
    const members = await children(locals.get('client')?.variablesReference ?? 0);
    assert.equal(members.get('type')?.value, 'ESPCONN_TCP');
    assert.match(members.get('recv_callback')?.value ?? '', /<webserver_recv>/);

    await session.customRequest('next', { threadId: 1 });
    await events.stopped();
    await session.customRequest('continue', { threadId: 1 });
    const { stdout } = await asked;
    assert.match(stdout, /<h1>Hello from ESP8266<\/h1>/);
    await events.output(/request 1 from 127\.0\.0\.1/);
    events.dispose();
  });

  it('leaves no listening port behind', async () => {
    const port = await freePort();
    const events = new DebugEvents();
    await vscode.debug.startDebugging(folder(), {
      type: 'esp8266-ssl',
      request: 'launch',
      name: 'test',
      program: path.join(root(), 'firmware.elf'),
      ports: { 443: port },
    });
    await events.output(/Port 443 of the device is open/);
    await vscode.debug.stopDebugging();
    const isClosed = () =>
      connect(port).then(
        () => false,
        (error: unknown) => String(error).includes('ECONNREFUSED'),
      );
    await events.until(isClosed, 'the port stays open');
    events.dispose();
  });

  it('says what is wrong with a program that is no ELF', async () => {
    // VS Code shows a dialog, which it refuses in tests, with the text in the refusal.
    await assert.rejects(
      Promise.resolve(
        vscode.debug.startDebugging(folder(), {
          type: 'esp8266-ssl',
          request: 'launch',
          name: 'test',
          program: path.join(root(), 'README.md'),
        }),
      ),
      /README\.md is not an ELF file\. Choose the linked firmware/,
    );
  });
});

/** What the debug adapter says, as it comes. */
class DebugEvents {
  #output = '';
  #stops = 0;
  #taken = 0;
  readonly #registration = vscode.debug.registerDebugAdapterTrackerFactory('esp8266-ssl', {
    createDebugAdapterTracker: () => ({
      onDidSendMessage: (message: { type: string; event?: string; body?: { output?: string } }) => {
        if (message.event === 'output') this.#output += message.body?.output ?? '';
        if (message.event === 'stopped') this.#stops++;
      },
    }),
  });

  async stopped(): Promise<void> {
    const wanted = ++this.#taken;
    await this.until(() => this.#stops >= wanted, 'the device has not stopped');
  }

  async output(pattern: RegExp): Promise<void> {
    await this.until(() => pattern.test(this.#output), `no output like ${pattern.source}`);
  }

  async until(done: () => boolean | Promise<boolean>, failure: string): Promise<void> {
    for (const end = Date.now() + 60_000; !(await done());) {
      if (Date.now() > end) throw new Error(`${failure}; output: ${this.#output}`);
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });
}

function connect(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    net.connect(port, '127.0.0.1', resolve).on('error', reject);
  });
}
