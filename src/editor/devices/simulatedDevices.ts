import * as vscode from 'vscode';
import { eventBody } from '../../debugger/eventBody';
import { portOpenedEvent, readPortOpened } from '../../debugger/portOpened';
import { setDone } from '../milestones';

/** A debug session of ours, with the addresses at which its device can be reached: device port → address. */
export interface SimulatedDevice {
  session: vscode.DebugSession;
  addresses: ReadonlyMap<number, string>;
}

/** Knows the simulated devices that run, as their debug adapters tell of them. */
export class SimulatedDevices implements vscode.Disposable {
  readonly #devices = new Map<string, { session: vscode.DebugSession; addresses: Map<number, string> }>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #disposables: { dispose(): unknown }[];

  constructor(debugType: string) {
    this.#disposables = [
      this.#changed,
      vscode.debug.onDidStartDebugSession(session => {
        if (session.type !== debugType) return;
        this.#device(session);
        this.#changed.fire();
      }),
      vscode.debug.onDidTerminateDebugSession(session => {
        if (this.#devices.delete(session.id)) this.#changed.fire();
      }),
      vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
        if (session.type === debugType) this.#hear(session, event, body);
      }),
    ];
  }

  all(): SimulatedDevice[] {
    return [...this.#devices.values()];
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #device(session: vscode.DebugSession): Map<number, string> {
    const known = this.#devices.get(session.id) ?? { session, addresses: new Map<number, string>() };
    this.#devices.set(session.id, known);
    return known.addresses;
  }

  /** What another program tells is checked. */
  #hear(session: vscode.DebugSession, event: string, body: unknown): void {
    if (event === 'esp8266-ssl.tlsUsed') setDone('servedTls', true);
    const opened = event === portOpenedEvent ? readPortOpened(body) : undefined;
    if (opened !== undefined) {
      const { devicePort, host, port, url } = opened;
      this.#device(session).set(devicePort, url ?? `${host}:${port}`);
    } else if (event === 'esp8266-ssl.portClosed') {
      const devicePort = eventBody(body).get('devicePort');
      if (typeof devicePort !== 'number') return;
      this.#devices.get(session.id)?.addresses.delete(devicePort);
    } else return;
    this.#changed.fire();
  }
}
