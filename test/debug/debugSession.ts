import path from 'node:path';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { expectGolden } from '../golden';

const adapter = path.join(__dirname, '..', '..', 'out', 'debugAdapter.js');

/** A debug session over stdio that writes down what happens, for comparison with a golden text. */
export class DebugSession {
  readonly client = new DebugClient(process.execPath, adapter, 'esp8266-ssl');
  readonly lines: string[] = [];
  output = '';

  async launch(
    program: string,
    attributes: object,
    breakpoints: Record<string, number[]> = {},
    client: Partial<DebugProtocol.InitializeRequestArguments> = {},
  ): Promise<void> {
    await this.client.start();
    this.client.on('output', (event: DebugProtocol.OutputEvent) => {
      this.output += event.body.output;
    });
    await this.client.initializeRequest({ adapterID: 'esp8266-ssl', pathFormat: 'path', ...client });
    const initialized = this.client.waitForEvent('initialized', 60_000);
    const launched = this.client.launchRequest({
      program,
      ...attributes,
    } as DebugProtocol.LaunchRequestArguments);
    await Promise.race([initialized, launched]);
    for (const [file, lines] of Object.entries(breakpoints)) {
      const { body } = await this.client.setBreakpointsRequest({
        source: { path: file },
        breakpoints: lines.map(line => ({ line })),
      });
      for (const { verified, line = 0, message } of body.breakpoints) {
        this.note(
          `breakpoint ${path.basename(file)}:${line} ${verified ? 'verified' : `not verified: ${message ?? ''}`}`,
        );
      }
    }
    await this.client.configurationDoneRequest();
    await launched;
  }

  note(line: string): void {
    this.lines.push(line);
  }

  /** Sends a request that lets the device continue, waits until it stops, and writes down where. */
  async until(
    command: 'next' | 'stepIn' | 'stepOut' | 'continue' | 'pause',
    args: object = {},
  ): Promise<void> {
    const stopped = this.client.waitForEvent('stopped', 60_000);
    await this.client.send(command, { threadId: 1, ...args });
    await stopped.catch((error: unknown) => {
      throw new Error(`${command} after\n${this.lines.join('\n')}\n${this.output}`, { cause: error });
    });
    await this.where(command);
  }

  /** Writes down the stack of the device that is stopped. */
  async where(why: string): Promise<DebugProtocol.StackFrame[]> {
    const { body } = await this.client.stackTraceRequest({ threadId: 1 });
    const frames = body.stackFrames.map(({ name, source, line }) =>
      source === undefined ? name : `${name} ${path.basename(source.path ?? '')}:${line}`,
    );
    this.note(`${why}: ${frames.join(' < ')}`);
    return body.stackFrames;
  }

  /** Writes down the variables of the innermost frame's scope, and the members of those named in `expand`. */
  async variables(expand: string[] = [], scope = 0): Promise<void> {
    const [frame] = (await this.client.stackTraceRequest({ threadId: 1 })).body.stackFrames;
    const { scopes } = (await this.client.scopesRequest({ frameId: frame?.id ?? 0 })).body;
    await this.#list(scopes[scope]?.variablesReference ?? 0, expand, '  ');
  }

  async #list(variablesReference: number, expand: string[], indent: string): Promise<void> {
    const { body } = await this.client.variablesRequest({ variablesReference });
    for (const variable of body.variables) {
      this.note(`${indent}${variable.name}: ${variable.type ?? ''} = ${variable.value}`);
      if (expand.includes(variable.name))
        await this.#list(variable.variablesReference, expand, `${indent}  `);
    }
  }

  async waitForOutput(pattern: RegExp): Promise<void> {
    for (const end = Date.now() + 60_000; !pattern.test(this.output);) {
      if (Date.now() > end) throw new Error(`no output like ${pattern.source} in:\n${this.output}`);
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  }

  async end(): Promise<void> {
    await this.client.disconnectRequest().catch(() => undefined);
    await this.client.stop();
  }

  /** Compares what was written down with the golden text. */
  expectGolden(name: string): void {
    expectGolden(path.join(__dirname, `${name}.golden.txt`), `${this.lines.map(normalise).join('\n')}\n`);
  }
}

/** Heap and stack addresses, ports and times change from run to run. */
function normalise(line: string): string {
  return line
    .replaceAll(/0x3ff[0-9a-f]{5}/g, '0x3ff…')
    .replaceAll(/0x40[0-9a-f]{6}/g, '0x40…')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replaceAll(/remote_port: int = \d+/g, 'remote_port: int = PORT')
    .replaceAll(/up for \d+ s, \d+ bytes/g, 'up for N s, N bytes');
}
