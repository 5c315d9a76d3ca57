import * as vscode from 'vscode';
import { generateCommand } from '../certificates/fileKinds';
import { runCommand } from '../debugging/manifestNames';
import { treeItem } from '../labels';
import { isDone, type Milestone, milestones } from '../milestones';
import { flashCommand, openLayoutCommand, placeCommand } from '../flash/manifestNames';

/** A row of the view: a step of the work, or help with it. */
export type Row = Milestone | 'doctor';

/** In the order of the work. */
export const rows: readonly Row[] = [...milestones, 'doctor'];

/** How a row is shown: what is done is ticked off, and what comes next is out. */
export function rowItem(row: Row): vscode.TreeItem {
  const { label, command, tooltip, icon } = look(row);
  const item = treeItem(label, undefined, { tooltip });
  item.id = row;
  item.command = { command, title: label };
  item.iconPath = icon === undefined ? stepIcon(row) : new vscode.ThemeIcon(icon);
  const state = isStep(row) && isDone(row) ? [vscode.l10n.t('done')] : [];
  item.accessibilityInformation = { label: [label, ...state, tooltip].join(', ') };
  return item;
}

function isStep(row: Row): row is Milestone {
  return milestones.some(each => each === row);
}

function stepIcon(row: Row): vscode.ThemeIcon {
  if (isStep(row) && isDone(row))
    return new vscode.ThemeIcon('pass-filled', new vscode.ThemeColor('testing.iconPassed'));
  const next = milestones.find(each => !isDone(each));
  return row === next
    ? new vscode.ThemeIcon('arrow-circle-right', new vscode.ThemeColor('textLink.foreground'))
    : new vscode.ThemeIcon('circle-large-outline');
}

/** What a row says and does; `icon` where it is not a step. */
function look(row: Row): { label: string; command: string; tooltip: string; icon?: string } {
  switch (row) {
    case 'hasFirmware':
      return {
        label: vscode.l10n.t('New Firmware Project…'),
        command: 'esp8266-ssl.newProject',
        tooltip: vscode.l10n.t('Create firmware that serves TLS, from a template that runs at once.'),
      };
    case 'hasCertificates':
      return {
        label: vscode.l10n.t('Generate Certificates…'),
        command: generateCommand,
        tooltip: vscode.l10n.t('Generate a CA and the certificate of the device.'),
      };
    case 'servedTls':
      return {
        label: vscode.l10n.t('Run on Simulated Device'),
        command: runCommand,
        tooltip: vscode.l10n.t('Run the firmware in the debugger and open the page that it serves.'),
      };
    case 'certificatesPlaced':
      return isDone(row)
        ? {
            label: vscode.l10n.t('Open Flash Layout'),
            command: openLayoutCommand,
            tooltip: vscode.l10n.t('Show what is where in the flash.'),
          }
        : {
            label: vscode.l10n.t('Place in Flash'),
            command: placeCommand,
            tooltip: vscode.l10n.t('Give the certificates sectors in the flash that nothing else uses.'),
          };
    case 'boardFlashed':
      return {
        label: vscode.l10n.t('Flash…'),
        command: flashCommand,
        tooltip: vscode.l10n.t('Write firmware and certificates to a board on a serial port.'),
      };
    case 'doctor':
      return {
        label: vscode.l10n.t('Run Doctor'),
        command: 'esp8266-ssl.doctor',
        tooltip: vscode.l10n.t('Check SDK, compiler, certificates, layout and serial ports.'),
        icon: 'pulse',
      };
  }
}
