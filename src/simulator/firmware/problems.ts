import * as l10n from '@vscode/l10n';
import { hex } from '../../text/hex';
import type { Words } from '../../text/problemTexts';

/** What can be wrong with an ELF, and with an expression over its variables. */
export interface FirmwareProblems {
  'not-an-elf': { file: string; found: 'library' | 'flash image' | 'other' };
  'elf-of-another-chip': { file: string; machine: number };
  'elf-of-another-byte-order': { file: string };
  'elf-not-linked': { file: string };
  'elf-truncated': { file: string; part: ElfPart };
  'elf-section-too-large': { file: string; section: string; length: number };
  'elf-compression-unknown': { file: string; section: string };
  'elf-has-no-symbols': { file: string };
  'elf-of-rtos-sdk': { file: string };
  'elf-has-no-user-init': { file: string };
  'elf-has-no-code': { file: string };
  'elf-segments-overlap': { file: string; address: number };
  'elf-outside-memory': { file: string; address: number; length: number };
  'expression-too-long': { length: number; most: number };
  'expression-malformed': { expression: string; found: string };
  'expression-changes': { operator: string };
  'name-unknown': { name: string };
  'member-unknown': { member: string; type: string };
  'operator-unfit': { operator: string; type: string };
  'not-a-number': { expression: string; type: string };
  'value-missing': { expression: string; reason: string };
  'division-by-zero': unknown;
}

/** What of an ELF cannot be read. */
export type ElfPart =
  | { kind: 'header' }
  | { kind: 'section headers' }
  | { kind: 'symbol table' }
  | { kind: 'segment'; index: number }
  | { kind: 'section'; index: number };

export const firmwareProblems: Words<FirmwareProblems> = {
  'not-an-elf': problem => notAnElf(problem.file, problem.found),
  'elf-of-another-chip': problem =>
    l10n.t(
      '{0} is for another processor (ELF machine {1}, expected 94, Xtensa). Choose firmware built by xtensa-lx106-elf-gcc.',
      problem.file,
      problem.machine,
    ),
  'elf-of-another-byte-order': problem =>
    l10n.t(
      '{0} is for a big-endian or 64-bit processor; the ESP8266 is little-endian and has 32 bits. Choose firmware built by xtensa-lx106-elf-gcc.',
      problem.file,
    ),
  'elf-not-linked': problem =>
    l10n.t(
      '{0} is an object file or a shared library, not linked firmware. Choose the output of the linker, for example eagle.app.v6.out or firmware.elf.',
      problem.file,
    ),
  'elf-truncated': problem =>
    l10n.t(
      '{0} is damaged or truncated: {1} extends beyond the end of the file. Build it again.',
      problem.file,
      elfPart(problem.part),
    ),
  'elf-section-too-large': problem =>
    l10n.t(
      '{0} is damaged: section {1} claims {2} bytes uncompressed, more than any firmware has. Build it again.',
      problem.file,
      problem.section,
      problem.length,
    ),
  'elf-compression-unknown': problem =>
    l10n.t(
      '{0}: section {1} is not compressed with zlib. Build it with -gz=zlib, or without -gz.',
      problem.file,
      problem.section,
    ),
  'elf-has-no-symbols': problem =>
    l10n.t('{0} has no symbols, so its SDK functions cannot be found. Use the unstripped ELF.', problem.file),
  'elf-of-rtos-sdk': problem =>
    l10n.t(
      '{0} is firmware of the RTOS SDK (FreeRTOS); the simulator runs firmware of the NON-OS SDK. Choose an ELF linked with the NON-OS SDK.',
      problem.file,
    ),
  'elf-has-no-user-init': problem =>
    l10n.t(
      '{0} has no function user_init, the entry point of NON-OS SDK firmware. Link the object file that defines it.',
      problem.file,
    ),
  'elf-has-no-code': problem =>
    l10n.t(
      '{0} names user_init but has no code for it, only debug information, as after objcopy --only-keep-debug. Choose the ELF that the debug information was extracted from.',
      problem.file,
    ),
  'elf-segments-overlap': problem =>
    l10n.t(
      '{0} has two segments at the same address, {1}. Check the linker script.',
      problem.file,
      hex(problem.address),
    ),
  'elf-outside-memory': problem =>
    l10n.t(
      '{0} puts {1} bytes at {2}, where the ESP8266 has no memory. Check the linker script.',
      problem.file,
      problem.length,
      hex(problem.address),
    ),
  'expression-too-long': problem =>
    l10n.t('The expression has {0} characters; at most {1} are allowed.', problem.length, problem.most),
  'expression-malformed': problem =>
    problem.found === ''
      ? l10n.t('“{0}” is not a complete C expression: something is missing at its end.', problem.expression)
      : l10n.t('“{0}” is not a C expression: unexpected “{1}”.', problem.expression, problem.found),
  'expression-changes': problem =>
    l10n.t('“{0}” is not allowed here: an expression must not change the device.', problem.operator),
  'name-unknown': problem =>
    l10n.t(
      '“{0}” is not defined here: no variable, function, enumerator or type of this name is in scope.',
      problem.name,
    ),
  'member-unknown': problem => l10n.t('{1} has no member “{0}”.', problem.member, problem.type),
  'operator-unfit': problem =>
    l10n.t('“{0}” cannot be applied to a value of type {1}.', problem.operator, problem.type),
  'not-a-number': problem =>
    l10n.t('{0} is of type {1}, which is not a number.', problem.expression, problem.type),
  'value-missing': problem => l10n.t('{0} has no value here: {1}', problem.expression, problem.reason),
  'division-by-zero': () => l10n.t('The expression divides by zero.'),
};

function notAnElf(file: string, found: 'library' | 'flash image' | 'other'): string {
  switch (found) {
    case 'library':
      return l10n.t(
        '{0} is a library of object files, not an ELF file. Choose the firmware linked with it, for example eagle.app.v6.out or firmware.elf.',
        file,
      );
    case 'flash image':
      return l10n.t(
        '{0} is a flash image, not an ELF file. Choose the ELF it was made from (.out or .elf): the simulator needs its symbols.',
        file,
      );
    case 'other':
      return l10n.t(
        '{0} is not an ELF file. Choose the linked firmware, for example eagle.app.v6.out or firmware.elf, not a .bin made from it.',
        file,
      );
  }
}

function elfPart(part: ElfPart): string {
  switch (part.kind) {
    case 'header':
      return l10n.t('the ELF header');
    case 'section headers':
      return l10n.t('the section table');
    case 'symbol table':
      return l10n.t('the symbol table');
    case 'segment':
      return l10n.t('segment {0}', part.index);
    case 'section':
      return l10n.t('section {0}', part.index);
  }
}
