import * as vscode from 'vscode';
import type { PortChoice } from '../../flash/serial/line';
import { treeItem } from '../labels';
import type { SimulatedDevice } from './simulatedDevices';

/** A row of the view: a simulated device, an address of one, or a serial port of this computer. */
export type Row =
  | { kind: 'simulated'; device: SimulatedDevice }
  | { kind: 'address'; devicePort: number; address: string }
  /** `port` is what the commands for boards take. */
  | { kind: 'port'; port: string; description: string };

/** The rows beneath one, or those at the top: what runs, then what is connected. */
export function rowsBelow(
  row: Row | undefined,
  devices: readonly SimulatedDevice[],
  ports: readonly PortChoice[],
): Row[] {
  if (row === undefined)
    return [
      ...devices.map((device): Row => ({ kind: 'simulated', device })),
      ...ports.map(({ path: port, description }): Row => ({ kind: 'port', port, description })),
    ];
  if (row.kind !== 'simulated') return [];
  return Array.from(row.device.addresses, ([devicePort, address]) => ({
    kind: 'address',
    devicePort,
    address,
  }));
}

/** How a row is shown. */
export function rowItem(row: Row): vscode.TreeItem {
  const item = itemOf(row);
  item.contextValue = row.kind === 'address' && isPage(row.address) ? 'address page' : row.kind;
  return item;
}

function itemOf(row: Row): vscode.TreeItem {
  switch (row.kind) {
    case 'simulated': {
      const { session, addresses } = row.device;
      const item = treeItem(session.name, vscode.TreeItemCollapsibleState.Expanded, {
        description: addresses.size === 0 ? vscode.l10n.t('no open port') : vscode.l10n.t('running'),
        tooltip: vscode.l10n.t('A simulated ESP8266 that runs in the debugger'),
      });
      item.id = session.id;
      item.iconPath = new vscode.ThemeIcon('vm-running', new vscode.ThemeColor('debugIcon.startForeground'));
      return item;
    }
    case 'address': {
      const item = treeItem(row.address, undefined, {
        description: vscode.l10n.t('port {0} of the device', row.devicePort),
        tooltip: isPage(row.address) ? vscode.l10n.t('Open in Browser') : row.address,
      });
      item.iconPath = new vscode.ThemeIcon(row.address.startsWith('https:') ? 'lock' : 'globe');
      if (isPage(row.address))
        item.command = {
          command: openAddressCommand,
          title: vscode.l10n.t('Open in Browser'),
          arguments: [row],
        };
      return item;
    }
    case 'port': {
      const item = treeItem(row.port, undefined, {
        description: row.description,
        tooltip: vscode.l10n.t(
          'A serial port of this computer. Flash the board at it, or compare its flash.',
        ),
      });
      item.iconPath = new vscode.ThemeIcon('plug');
      return item;
    }
  }
}

export const openAddressCommand = 'esp8266-ssl.openDeviceAddress';

/** Whether a browser can show what is there. */
export function isPage(address: string): boolean {
  return /^https?:\/\//.test(address);
}
