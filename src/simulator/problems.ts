import * as l10n from '@vscode/l10n';
import { hex } from '../text/hex';
import type { Words } from '../text/problemTexts';
import { advice } from '../text/remedies';

/** Why a simulation cannot run. */
export interface SimulatorProblems {
  'image-unknown': { number: 1 | 2; address: number };
  'no-image': { file: string };
  'nothing-at-start': { fault: 'nothing' | 'cut-off' | 'checksum' };
  'flash-file-missing': { file: string };
  'flash-file-too-large': { file: string; address: number; length: number; flashSize: number };
  'not-a-capture': { file: string };
  'flash-image-size': { size: number; flashSize: number };
  'port-refused': { port: number; reason: string };
  'terminal-unavailable': { reason: string };
  'state-of-another-device': object;
  'state-with-connections': object;
  'replay-diverged': { instructions: number };
  'replay-with-connections': object;
}

export const simulatorProblems: Words<SimulatorProblems> = {
  'state-of-another-device': () =>
    l10n.t('The saved state belongs to a device with another firmware, flash or version. Record it again.'),
  'state-with-connections': () =>
    l10n.t(
      'The device cannot be saved while a client is connected to a server that this computer runs for it. Close the connection first, or link the firmware with lwIP.',
    ),
  'replay-with-connections': () =>
    l10n.t(
      'The recording cannot be replayed: a client was connected to a server that this computer runs for the device. Link the firmware with lwIP.',
    ),
  'replay-diverged': problem =>
    l10n.t(
      'The device no longer does what was recorded (instruction {0}). The recording comes from another version or other settings. Record it again.',
      problem.instructions,
    ),
  'image-unknown': problem =>
    advice(
      l10n.t(
        'The flash holds a valid image at {0} (user{1}), but none of the given ELFs matches its code, so it cannot be simulated.',
        hex(problem.address),
        problem.number,
      ),
      'name-elf',
    ),
  'no-image': problem =>
    l10n.t(
      'The boot loader finds no bootable image: the firmware overwrote {0} in the flash. Delete the flash image, or run again.',
      problem.file,
    ),
  'nothing-at-start': problem =>
    problem.fault === 'nothing'
      ? l10n.t(
          'Nothing bootable is at flash address 0. Flash boot.bin there, or eagle.flash.bin for firmware without updates.',
        )
      : l10n.t(
          'The contents at flash address 0 are damaged, so the chip does not boot. Flash boot.bin or eagle.flash.bin there again.',
        ),
  'flash-file-missing': problem =>
    advice(
      l10n.t('{0} is missing, so the device has no certificate in its flash.', problem.file),
      'generate',
    ),
  'flash-file-too-large': problem =>
    l10n.t(
      '{0} ({1} bytes) does not fit into the flash of {2} bytes at {3}. Choose another address.',
      problem.file,
      problem.length,
      problem.flashSize,
      hex(problem.address),
    ),
  'not-a-capture': problem =>
    l10n.t(
      '{0} is not a capture (pcapng) and is not replaced. Choose another file for the packets.',
      problem.file,
    ),
  'flash-image-size': problem =>
    l10n.t(
      'The flash image has {0} bytes, but the flash has {1}: set "flashSize" to the size of the image, or delete the file.',
      problem.size,
      problem.flashSize,
    ),
  'port-refused': problem =>
    l10n.t(
      'Port {0} of this computer cannot be opened ({1}). Choose another port.',
      problem.port,
      problem.reason,
    ),
  'terminal-unavailable': problem =>
    advice(
      l10n.t('A pseudo-terminal cannot be created without python3 ({0}).', problem.reason),
      'own-serial-port',
    ),
};
