import * as l10n from '@vscode/l10n';
import { hex } from '../../text/hex';
import type { Words } from '../../text/problemTexts';
import { advice } from '../../text/remedies';

/** What can go wrong between a serial port and the flash of a board. */
export interface BoardProblems {
  'port-missing': { port: string; ports: string[] };
  'port-unnamed': { ports: string[] };
  'port-forbidden': { port: string };
  'port-busy': { port: string };
  'port-unusable': { port: string; reason: string };
  'port-lost': { port: string };
  'serial-unavailable': { reason: string };
  'chip-silent': { port: string };
  'chip-wrong': { word: number };
  'chip-flash-small': { found: string; map: string };
  'board-failed': { port: string; reason: string };
  'flash-differs': { file: string; address: number };
}

export const boardProblems: Words<BoardProblems> = {
  'port-missing': problem =>
    problem.ports.length === 0
      ? l10n.t(
          'Serial port {0} does not exist, and no other was found. Connect the board; if that does not help, install the driver of its USB adapter.',
          problem.port,
        )
      : l10n.t('Serial port {0} does not exist. Available: {1}.', problem.port, problem.ports.join(', ')),
  'port-unnamed': problem =>
    problem.ports.length === 0
      ? l10n.t(
          'No serial port was found. Connect the board; if that does not help, install the driver of its USB adapter.',
        )
      : l10n.t('Name the serial port of the board. Available: {0}.', problem.ports.join(', ')),
  'port-forbidden': problem =>
    l10n.t(
      'No permission to use serial port {0}. On Linux, add yourself to its group (sudo usermod -aG dialout $USER) and log in again.',
      problem.port,
    ),
  'port-busy': problem =>
    l10n.t(
      'Serial port {0} is in use by another program. Close it: a terminal, a serial monitor or another flashing tool.',
      problem.port,
    ),
  'port-unusable': problem => l10n.t('Serial port {0} cannot be opened: {1}.', problem.port, problem.reason),
  'port-lost': problem =>
    l10n.t(
      'Serial port {0} disappeared: the board was unplugged. Plug it in and flash it again; the contents of its flash are incomplete.',
      problem.port,
    ),
  'serial-unavailable': problem =>
    advice(l10n.t('Serial ports are not available on this host ({0}).', problem.reason), 'esptool'),
  'chip-silent': problem =>
    l10n.t(
      'No chip responds at {0}. Hold GPIO0 low (the FLASH button) while you reset the board, and check the port and that TX and RX are not swapped.',
      problem.port,
    ),
  'chip-wrong': problem =>
    l10n.t(
      'The chip is not an ESP8266: its ROM has {0} where an ESP8266 has 0xfff0c101. Choose the port of another board.',
      hex(problem.word),
    ),
  'chip-flash-small': problem =>
    l10n.t(
      'This board has {0} of flash, but the layout needs {1}. Choose a smaller flash map.',
      problem.found,
      problem.map,
    ),
  'board-failed': problem =>
    l10n.t(
      'The board at {0} stopped responding: {1}. Try again, with a lower baud rate if needed.',
      problem.port,
      problem.reason,
    ),
  'flash-differs': problem =>
    l10n.t(
      'Verification failed at {1} ({0}): the MD5 of the flash differs. Flash again; if that does not help, the flash is worn out or badly wired (try mode dio or dout).',
      problem.file,
      hex(problem.address),
    ),
};
