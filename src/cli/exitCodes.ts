import * as l10n from '@vscode/l10n';

/** What the program's exit codes are. */
export const exitCodes = {
  done: 0,
  /** The command has run, and its result is bad news. */
  failed: 1,
  badInput: 2,
  /** As sysexits.h has it: an error of the program itself. */
  internalError: 70,
  /** As shells report a program that was interrupted: 128 and SIGINT. */
  interrupted: 130,
} as const;

/** The table of exit codes in words; `failure` says what 1 means for a command. */
export function exitCodeTable(
  failure = l10n.t('a negative result; the help of each command says which'),
): [number, string][] {
  return [
    [exitCodes.done, l10n.t('done')],
    [exitCodes.failed, failure],
    [exitCodes.badInput, l10n.t('invalid option, file or project')],
    [exitCodes.internalError, l10n.t('internal error')],
    [exitCodes.interrupted, l10n.t('interrupted')],
  ];
}
