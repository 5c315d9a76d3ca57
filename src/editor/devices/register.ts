import * as vscode from 'vscode';
import { loadSerial } from '../../flash/serial/load';
import type { PortChoice } from '../../flash/serial/line';
import { ProblemError } from '../../problems';
import { SimulatedDevices } from './simulatedDevices';
import { isPage, openAddressCommand, type Row, rowItem, rowsBelow } from './tree';

const viewId = 'esp8266-ssl.devices';
const debugType = 'esp8266-ssl';
/** Milliseconds between two looks at the serial ports, while somebody sees them. */
const interval = 5000;

/** Registers the view of what firmware can run on: simulated devices and the serial ports of this computer. */
export function registerDevices(context: vscode.ExtensionContext): void {
  const simulated = new SimulatedDevices(debugType);
  const changed = new vscode.EventEmitter<void>();
  const ports = new SerialPorts(() => changed.fire());
  const view = vscode.window.createTreeView<Row>(viewId, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async row => rowsBelow(row, simulated.all(), row === undefined ? await ports.known() : []),
      getTreeItem: rowItem,
    },
  });
  context.subscriptions.push(
    simulated,
    changed,
    ports,
    view,
    simulated.onDidChange(() => changed.fire()),
    view.onDidChangeVisibility(({ visible }) => ports.watch(visible)),
    vscode.commands.registerCommand('esp8266-ssl.refreshDevices', () => ports.look()),
    vscode.commands.registerCommand(openAddressCommand, (row?: Row) =>
      row?.kind === 'address' && isPage(row.address)
        ? vscode.env.openExternal(vscode.Uri.parse(row.address))
        : undefined,
    ),
    vscode.commands.registerCommand('esp8266-ssl.copyDeviceAddress', (row?: Row) =>
      row?.kind === 'address' ? vscode.env.clipboard.writeText(row.address) : undefined,
    ),
    vscode.commands.registerCommand('esp8266-ssl.stopDevice', (row?: Row) =>
      row?.kind === 'simulated' ? vscode.debug.stopDebugging(row.device.session) : undefined,
    ),
  );
  ports.watch(view.visible);
}

/** The serial ports of this computer, looked at again and again while somebody sees them. */
class SerialPorts implements vscode.Disposable {
  readonly #changed: () => void;
  #ports: Promise<PortChoice[]> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  known(): Promise<PortChoice[]> {
    return (this.#ports ??= list());
  }

  watch(isSeen: boolean): void {
    clearInterval(this.#timer);
    if (!isSeen) return;
    this.#timer = setInterval(() => {
      if (vscode.window.state.focused) void this.look();
    }, interval);
  }

  async look(): Promise<void> {
    const before = JSON.stringify(await this.known());
    const now = await list();
    if (JSON.stringify(now) === before) return;
    this.#ports = Promise.resolve(now);
    this.#changed();
  }

  dispose(): void {
    clearInterval(this.#timer);
  }
}

/** A computer for which serialport has no native part has no ports for us; the commands for boards say why. */
async function list(): Promise<PortChoice[]> {
  try {
    const { listPorts } = await loadSerial();
    return await listPorts();
  } catch (error) {
    if (error instanceof ProblemError) return [];
    throw error;
  }
}
