import * as l10n from '@vscode/l10n';

/** EXCCAUSE of what an instruction can do wrong, as the Xtensa ISA reference manual numbers and names it. */
export const exceptionCause = {
  illegalInstruction: 0,
  syscall: 1,
  /** A byte or half-word access where the chip can only access words. */
  loadStoreError: 3,
  unaligned: 9,
  fetchProhibited: 20,
  loadProhibited: 28,
  storeProhibited: 29,
} as const;

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
    exceptionCause.illegalInstruction,
    {
      name: 'IllegalInstruction',
      meaning: () =>
        l10n.t(
          'The CPU reached bytes that are not an instruction, or the firmware divided by zero or called abort.',
        ),
    },
  ],
  [
    exceptionCause.syscall,
    { name: 'Syscall', meaning: () => l10n.t('The firmware made a system call, which nothing handles.') },
  ],
  [
    exceptionCause.loadStoreError,
    {
      name: 'LoadStoreError',
      meaning: () =>
        l10n.t('A byte or half-word of flash or instruction RAM was accessed; both allow word access only.'),
    },
  ],
  [
    exceptionCause.unaligned,
    {
      name: 'LoadStoreAlignment',
      meaning: () =>
        l10n.t('A half-word or word was accessed at an address that is not a multiple of its size.'),
    },
  ],
  [
    exceptionCause.fetchProhibited,
    {
      name: 'InstFetchProhibited',
      meaning: () =>
        l10n.t(
          'The firmware jumped to an address without code, for example through an uninitialized pointer.',
        ),
    },
  ],
  [
    exceptionCause.loadProhibited,
    {
      name: 'LoadProhibited',
      meaning: () =>
        l10n.t('The firmware read an address without memory, for example through a NULL pointer.'),
    },
  ],
  [
    exceptionCause.storeProhibited,
    {
      name: 'StoreProhibited',
      meaning: () =>
        l10n.t(
          'The firmware wrote to flash or to an address without memory, for example through a NULL pointer.',
        ),
    },
  ],
]);
