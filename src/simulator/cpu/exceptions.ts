import * as l10n from '@vscode/l10n';
import { faults } from './memory';

/** What an exception of the CPU is called and what it says about the firmware. */
export interface ExceptionCause {
  /** As the Xtensa manual names it. */
  name: string;
  /** In the language in use. */
  meaning: () => string;
}

/** By EXCCAUSE: the exceptions that this CPU and the functions of its ROM raise. */
export const exceptionCauses: ReadonlyMap<number, ExceptionCause> = new Map([
  [
    faults.illegalInstruction,
    {
      name: 'IllegalInstruction',
      meaning: () =>
        l10n.t('The CPU met bytes that are no instruction, or the firmware divided by zero or gave up.'),
    },
  ],
  [
    faults.syscall,
    { name: 'Syscall', meaning: () => l10n.t('The firmware made a system call, which nobody answers.') },
  ],
  [
    faults.loadStoreError,
    {
      name: 'LoadStoreError',
      meaning: () =>
        l10n.t(
          'A byte or half-word of flash or instruction RAM was accessed, where only whole words can be read.',
        ),
    },
  ],
  [
    faults.unaligned,
    {
      name: 'LoadStoreAlignment',
      meaning: () =>
        l10n.t('A half-word or word was accessed at an address that is no multiple of its size.'),
    },
  ],
  [
    faults.fetchProhibited,
    {
      name: 'InstFetchProhibited',
      meaning: () =>
        l10n.t('The firmware jumped to where no code is, for example through a pointer that was never set.'),
    },
  ],
  [
    faults.loadProhibited,
    {
      name: 'LoadProhibited',
      meaning: () =>
        l10n.t('The firmware read where the chip has no memory, for example through a NULL pointer.'),
    },
  ],
  [
    faults.storeProhibited,
    {
      name: 'StoreProhibited',
      meaning: () =>
        l10n.t(
          'The firmware wrote to flash or where the chip has no memory, for example through a NULL pointer.',
        ),
    },
  ],
]);
