import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  BreakpointEvent,
  DebugSession,
  Event,
  ExitedEvent,
  InitializedEvent,
  OutputEvent,
  StoppedEvent,
  TerminatedEvent,
} from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as l10n from '@vscode/l10n';
import { hex } from '../text/hex';
import type { DeviceEvent } from '../simulator/events';
import { EventLines, painted } from '../simulator/eventLines';
import type { Firmware } from '../simulator/firmware/firmware';
import type { Machine } from '../simulator/firmware/frames';
import type { Value } from '../simulator/firmware/values';
import { loadSimulator } from '../simulator/load';
import type { Simulator } from '../simulator/simulator';
import type { StopReason } from '../simulator/stopReason';
import { useLanguage } from '../language';
import { coloredInDebugConsole, plain } from '../text/ansi';
import { FirmwareOutput } from '../text/firmwareOutput';
import { forMessage } from '../text/forMessage';
import { visible } from '../text/visible';
import { deviceCommand } from './deviceCommands';
import { newsOf } from './deviceNews';
import { CallStack, type StackFrame } from './callStack';
import { readLaunchArguments } from './launchArguments';
import { portOpened, portOpenedEvent } from './portOpened';
import { reachRefused, reachRefusedEvent } from './reachRefused';
import { stepInstruction, stepLine, stepOut, type SteppingContext } from './stepping';
import { type StopText, stopText } from './stopText';
import type { EndReason } from '../simulator/simulatorOptions';

/** The chip has one core and no threads. */
const threadId = 1;

/** A breakpoint as the editor knows it. */
interface Breakpoint {
  id: number;
  /** The line that the user has asked for, and the one that has code. */
  asked: number;
  line: number;
  addresses: number[];
  verified: boolean;
}

/** One debug session over a simulated device, spoken over the Debug Adapter Protocol. */
export class SimulatorSession extends DebugSession {
  #simulator: Simulator | undefined;
  #stack: CallStack | undefined;
  #configurationDone: () => void = () => undefined;
  readonly #configured = new Promise<void>(resolve => {
    this.#configurationDone = resolve;
  });
  #noDebug = false;
  readonly #breakpoints = new Map<string, Breakpoint[]>();
  #nextBreakpoint = 1;
  #frames: StackFrame[] | undefined;
  /** What the client may expand until the device continues; a reference is an index + 1. */
  #expandable: (() => Value[])[] = [];
  /** Why the device is stopped; undefined while it does not. */
  #stop: StopText | undefined;
  #exitSent = false;
  #tlsUsed = false;
  #atLineStart = true;
  readonly #firmwareOutput = new FirmwareOutput();
  #lines = new EventLines(false, 'editor');
  #paint = plain;

  protected override initializeRequest(
    response: DebugProtocol.InitializeResponse,
    args: DebugProtocol.InitializeRequestArguments,
  ): void {
    useLanguage(args.locale);
    this.setDebuggerLinesStartAt1(args.linesStartAt1 ?? true);
    this.setDebuggerColumnsStartAt1(args.columnsStartAt1 ?? true);
    if (args.supportsANSIStyling === true) this.#paint = coloredInDebugConsole;
    response.body = {
      supportsANSIStyling: true,
      supportsConfigurationDoneRequest: true,
      supportsEvaluateForHovers: true,
      supportsSteppingGranularity: true,
      supportsTerminateRequest: true,
      supportsExceptionInfoRequest: true,
      supportsReadMemoryRequest: true,
    };
    this.sendResponse(response);
  }

  protected override launchRequest(
    response: DebugProtocol.LaunchResponse,
    args: DebugProtocol.LaunchRequestArguments,
  ): void {
    void this.#launch(response, args);
  }

  async #launch(
    response: DebugProtocol.LaunchResponse,
    args: DebugProtocol.LaunchRequestArguments,
  ): Promise<void> {
    try {
      const launch = await readLaunchArguments(args);
      const simulator = await loadSimulator(launch);
      this.#simulator = simulator;
      this.#noDebug = launch.noDebug;
      this.#lines = new EventLines(launch.trace, 'editor');
      this.#useFirmware(simulator.firmware);
      simulator.onFirmware = firmware => {
        this.#useFirmware(firmware);
      };
      simulator.stopOnFailure = !launch.noDebug;
      simulator.onStop = reason => {
        this.#stopped(reason);
      };
      simulator.onEnd = reason => {
        this.#ended(reason);
      };
      simulator.events.listen(event => {
        this.#show(event);
        if (event.kind === 'listening')
          this.sendEvent(new Event(portOpenedEvent, portOpened(event, launch.certificates)));
        const refused = reachRefused(event);
        if (refused !== undefined) this.sendEvent(new Event(reachRefusedEvent, refused));
      });
      if (simulator.firmware.lines === undefined && !launch.noDebug) {
        this.#say(
          l10n.t(
            '{0} has no debug information: breakpoints cannot be set and no source is shown. Compile with -g.',
            launch.program,
          ),
        );
      }
      this.sendEvent(new InitializedEvent());
      await this.#configured;
      this.sendResponse(response);
      simulator.start({ stopOnEntry: launch.stopOnEntry && !launch.noDebug });
    } catch (error) {
      this.sendErrorResponse(response, {
        id: 1,
        format: forMessage(error instanceof Error ? error.message : String(error)),
        showUser: true,
      });
    }
  }

  /** Source, symbols and breakpoints are from now on those of this firmware. */
  #useFirmware(firmware: Firmware): void {
    this.#goOn();
    this.#stack = new CallStack(firmware, path.dirname(firmware.elf.file));
    for (const [file, breakpoints] of this.#breakpoints) {
      for (const breakpoint of breakpoints) {
        this.#resolve(breakpoint, file);
        this.sendEvent(new BreakpointEvent('changed', this.#describeBreakpoint(breakpoint)));
      }
    }
    this.#placeBreakpoints();
  }

  /** Finds the code of the line that the user has asked for, in the firmware that runs. */
  #resolve(breakpoint: Breakpoint, file: string): void {
    const found = this.#simulator?.firmware.lines?.addresses(file, breakpoint.asked);
    breakpoint.line = found?.line ?? breakpoint.asked;
    breakpoint.addresses = found?.addresses ?? [];
    breakpoint.verified = found !== undefined;
  }

  #describeBreakpoint({ id, line, verified }: Breakpoint): DebugProtocol.Breakpoint {
    return {
      id,
      verified,
      line: this.convertDebuggerLineToClient(line),
      ...(verified ? {} : { message: l10n.t('The firmware has no code for this line.') }),
    };
  }

  protected override configurationDoneRequest(response: DebugProtocol.ConfigurationDoneResponse): void {
    this.sendResponse(response);
    this.#configurationDone();
  }

  protected override setBreakPointsRequest(
    response: DebugProtocol.SetBreakpointsResponse,
    args: DebugProtocol.SetBreakpointsArguments,
  ): void {
    const file = args.source.path ?? '';
    const breakpoints = (args.breakpoints ?? []).map(({ line }): Breakpoint => {
      const asked = this.convertClientLineToDebugger(line);
      const breakpoint = {
        id: this.#nextBreakpoint++,
        asked,
        line: asked,
        addresses: [],
        verified: false,
      };
      this.#resolve(breakpoint, file);
      return breakpoint;
    });
    this.#breakpoints.set(file, breakpoints);
    this.#placeBreakpoints();
    response.body = { breakpoints: breakpoints.map(breakpoint => this.#describeBreakpoint(breakpoint)) };
    this.sendResponse(response);
  }

  #placeBreakpoints(): void {
    if (this.#noDebug) return;
    this.#simulator?.setBreakpoints(
      [...this.#breakpoints.values()].flat().flatMap(({ addresses }) => addresses),
    );
  }

  protected override threadsRequest(response: DebugProtocol.ThreadsResponse): void {
    response.body = { threads: [{ id: threadId, name: 'ESP8266' }] };
    this.sendResponse(response);
  }

  protected override stackTraceRequest(
    response: DebugProtocol.StackTraceResponse,
    args: DebugProtocol.StackTraceArguments,
  ): void {
    const frames = this.#currentFrames();
    const start = args.startFrame ?? 0;
    const end = args.levels ? start + args.levels : undefined;
    response.body = {
      totalFrames: frames.length,
      stackFrames: frames.slice(start, end).map((frame, index) => this.#describeFrame(frame, start + index)),
    };
    this.sendResponse(response);
  }

  #describeFrame(frame: StackFrame, index: number): DebugProtocol.StackFrame {
    const shown: DebugProtocol.StackFrame = {
      id: index + 1,
      name: visible(frame.name),
      line: frame.line === undefined ? 0 : this.convertDebuggerLineToClient(frame.line),
      column: 0,
      instructionPointerReference: hex(frame.pc),
    };
    if (frame.kind !== 'source') shown.presentationHint = frame.kind;
    if (frame.file !== undefined) {
      shown.source = { name: visible(path.basename(frame.file)), path: frame.file };
      if (!existsSync(frame.file)) shown.source.presentationHint = 'deemphasize';
    }
    return shown;
  }

  #currentFrames(): StackFrame[] {
    const simulator = this.#simulator;
    if (simulator === undefined || this.#stack === undefined || simulator.state !== 'paused') return [];
    return (this.#frames ??= this.#stack.frames(machine(simulator), simulator.inCallback));
  }

  protected override scopesRequest(
    response: DebugProtocol.ScopesResponse,
    args: DebugProtocol.ScopesArguments,
  ): void {
    const frame = this.#currentFrames()[args.frameId - 1];
    const scopes: DebugProtocol.Scope[] = [];
    if (frame !== undefined && this.#stack !== undefined && this.#simulator !== undefined) {
      const stack = this.#stack;
      const cpu = machine(this.#simulator);
      if (frame.kind === 'source') {
        scopes.push(
          {
            name: l10n.t('Locals'),
            presentationHint: 'locals',
            variablesReference: this.#expand(() => stack.locals(frame, cpu)),
            expensive: false,
          },
          {
            name: l10n.t('File'),
            variablesReference: this.#expand(() => stack.fileVariables(frame, cpu)),
            expensive: false,
          },
        );
      }
      scopes.push({
        name: l10n.t('Registers'),
        presentationHint: 'registers',
        variablesReference: this.#expand(() => stack.registers(frame)),
        expensive: false,
      });
    }
    response.body = { scopes };
    this.sendResponse(response);
  }

  #expand(values: () => Value[]): number {
    return this.#expandable.push(values);
  }

  protected override variablesRequest(
    response: DebugProtocol.VariablesResponse,
    args: DebugProtocol.VariablesArguments,
  ): void {
    const values = this.#expandable[args.variablesReference - 1]?.() ?? [];
    response.body = { variables: values.map(value => this.#describeValue(value)) };
    this.sendResponse(response);
  }

  #describeValue(value: Value): DebugProtocol.Variable {
    return {
      name: visible(value.name),
      value: visible(value.text),
      type: value.type && visible(value.type),
      variablesReference: value.expandable ? this.#expand(() => value.children() ?? []) : 0,
      ...(value.evaluateName === undefined ? {} : { evaluateName: value.evaluateName }),
      ...(value.address === undefined ? {} : { memoryReference: hex(value.address) }),
    };
  }

  protected override evaluateRequest(
    response: DebugProtocol.EvaluateResponse,
    args: DebugProtocol.EvaluateArguments,
  ): void {
    const command =
      args.context === 'repl' && this.#simulator !== undefined
        ? deviceCommand(args.expression, this.#simulator)
        : undefined;
    if (command !== undefined) {
      if ('problem' in command)
        this.sendErrorResponse(response, { id: 3, format: forMessage(command.problem) });
      else {
        response.body = { result: command.result, variablesReference: 0 };
        this.sendResponse(response);
      }
      return;
    }
    const frame = this.#currentFrames()[(args.frameId ?? 1) - 1];
    if (frame === undefined || this.#stack === undefined || this.#simulator === undefined) {
      this.sendErrorResponse(response, { id: 2, format: l10n.t('The device is running. Pause it first.') });
      return;
    }
    const result = this.#stack.evaluate(args.expression, frame, machine(this.#simulator));
    if (typeof result === 'string') {
      this.sendErrorResponse(response, { id: 3, format: forMessage(result) });
      return;
    }
    const { value, type, variablesReference, memoryReference } = this.#describeValue(result);
    response.body = {
      result: value,
      variablesReference,
      ...(type === undefined ? {} : { type }),
      ...(memoryReference === undefined ? {} : { memoryReference }),
    };
    this.sendResponse(response);
  }

  protected override readMemoryRequest(
    response: DebugProtocol.ReadMemoryResponse,
    args: DebugProtocol.ReadMemoryArguments,
  ): void {
    const address = Number(args.memoryReference) + (args.offset ?? 0);
    const memory = this.#simulator?.cpu.memory;
    let length = Math.min(Math.max(args.count, 0), 0x100000);
    while (length > 0 && memory?.isMapped(address, length) !== true) length >>= 1;
    const bytes = memory?.read(address, length) ?? new Uint8Array();
    response.body = {
      address: hex(address),
      data: Buffer.from(bytes).toString('base64'),
      unreadableBytes: args.count - bytes.length,
    };
    this.sendResponse(response);
  }

  protected override continueRequest(response: DebugProtocol.ContinueResponse): void {
    response.body = { allThreadsContinued: true };
    this.sendResponse(response);
    this.#goOn();
    this.#simulator?.resume();
  }

  protected override nextRequest(
    response: DebugProtocol.NextResponse,
    args: DebugProtocol.NextArguments,
  ): void {
    // First, so that a request without arguments is refused rather than answered and not done.
    const { granularity } = args;
    this.sendResponse(response);
    this.#stepLine('over', granularity);
  }

  protected override stepInRequest(
    response: DebugProtocol.StepInResponse,
    args: DebugProtocol.StepInArguments,
  ): void {
    const { granularity } = args;
    this.sendResponse(response);
    this.#stepLine('into', granularity);
  }

  #stepLine(mode: 'over' | 'into', granularity: DebugProtocol.SteppingGranularity | undefined): void {
    const simulator = this.#simulator;
    if (simulator === undefined) return;
    const context = this.#steppingContext();
    this.#goOn();
    if (!simulator.inCallback) simulator.resume();
    else if (granularity === 'instruction' || context === undefined)
      simulator.resume(stepInstruction(simulator.cpu));
    else simulator.resume(stepLine(context, simulator.cpu, mode));
  }

  protected override stepOutRequest(response: DebugProtocol.StepOutResponse): void {
    this.sendResponse(response);
    const simulator = this.#simulator;
    if (simulator === undefined) return;
    const context = this.#steppingContext();
    const caller = this.#stack?.caller(machine(simulator));
    this.#goOn();
    // Out of the outermost function the device goes back to its event loop: that is to continue.
    if (context === undefined || caller === undefined) simulator.resume();
    else simulator.resume(stepOut(context, simulator.cpu, caller.pc, caller.stack));
  }

  #steppingContext(): SteppingContext | undefined {
    const lines = this.#simulator?.firmware.lines;
    if (lines === undefined) return undefined;
    const addresses = new Set(
      [...this.#breakpoints.values()].flat().flatMap(breakpoint => breakpoint.addresses),
    );
    return {
      lines,
      hasBreakpoint: address => addresses.has(address),
      bodyOf: entry => lines.bodyOf(entry),
    };
  }

  protected override pauseRequest(response: DebugProtocol.PauseResponse): void {
    this.sendResponse(response);
    this.#simulator?.pause();
  }

  protected override exceptionInfoRequest(response: DebugProtocol.ExceptionInfoResponse): void {
    const exception = this.#stop?.exception;
    if (exception === undefined) {
      this.sendErrorResponse(response, { id: 4, format: l10n.t('The device has not stopped at a failure.') });
      return;
    }
    response.body = { exceptionId: exception.id, description: exception.text, breakMode: 'always' };
    this.sendResponse(response);
  }

  protected override terminateRequest(response: DebugProtocol.TerminateResponse): void {
    this.sendResponse(response);
    this.#simulator?.end();
  }

  /** The client is gone or ends the program: what the device has is saved. */
  override shutdown(): void {
    this.end();
    super.shutdown();
  }

  /** Switches the device off. Returns whether all that had to be saved was. */
  end(): boolean {
    this.#simulator?.end();
    return this.#simulator?.failedToSave !== true;
  }

  protected override disconnectRequest(response: DebugProtocol.DisconnectResponse): void {
    this.#simulator?.end();
    this.sendResponse(response);
    this.shutdown();
  }

  #goOn(): void {
    this.#frames = undefined;
    this.#expandable = [];
    this.#stop = undefined;
  }

  #stopped(reason: StopReason): void {
    this.#goOn();
    const stop = stopText(reason);
    this.#stop = stop;
    const event: DebugProtocol.StoppedEvent = new StoppedEvent(stop.reason, threadId, stop.exception?.text);
    event.body.description = stop.description;
    event.body.allThreadsStopped = true;
    if (reason.kind === 'breakpoint') {
      const pc = (this.#simulator?.cpu.pc ?? 0) >>> 0;
      event.body.hitBreakpointIds = [...this.#breakpoints.values()]
        .flat()
        .filter(({ addresses }) => addresses.includes(pc))
        .map(({ id }) => id);
    }
    this.sendEvent(event);
  }

  #ended(reason: EndReason): void {
    if (this.#exitSent) return;
    this.#exitSent = true;
    this.sendEvent(new ExitedEvent(reason === 'stopped' || reason === 'restart' ? 0 : 1));
    this.sendEvent(new TerminatedEvent());
  }

  /** Tells the editor what it shows beside the console; that TLS is used, once. */
  #announce(event: DeviceEvent): void {
    const news = newsOf(event);
    if (news === undefined) return;
    if (news.name === 'esp8266-ssl.tlsUsed') {
      if (this.#tlsUsed) return;
      this.#tlsUsed = true;
    }
    this.sendEvent(new Event(news.name, news.body));
  }

  #show(event: DeviceEvent): void {
    this.#announce(event);
    if (event.kind === 'print') {
      const text = this.#firmwareOutput.next(event.text);
      if (text === '') return;
      this.#atLineStart = text.endsWith('\n');
      this.sendEvent(new OutputEvent(text, 'stdout'));
      return;
    }
    const line = this.#lines.line(event);
    if (line === undefined) return;
    // VS Code also shows what is important as a notification, which knows no colours.
    if (event.kind === 'problem') this.#say(forMessage(line.text), 'important');
    else
      this.#say(
        painted({ ...line, text: visible(line.text) }, this.#paint),
        line.tone === 'failure' ? 'stderr' : 'console',
      );
  }

  #say(text: string, category = 'console'): void {
    const before = this.#firmwareOutput.pause();
    const lineBreak = this.#atLineStart ? '' : '\n';
    this.#atLineStart = true;
    this.sendEvent(new OutputEvent(`${before}${lineBreak}${text}\n`, category));
  }
}

function machine(simulator: Simulator): Machine {
  const { cpu } = simulator;
  return {
    registers: cpu.registers,
    pc: cpu.pc >>> 0,
    read: (address, length) => cpu.memory.read(address, length),
  };
}
