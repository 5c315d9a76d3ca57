import * as l10n from '@vscode/l10n';

/** What the extension tells apart of the system's errors: errno(3), and getaddrinfo(3) as Node names it. */
export const systemCodes = {
  missing: 'ENOENT',
  'not a folder': 'ENOTDIR',
  'a folder': 'EISDIR',
  exists: 'EEXIST',
  'not empty': 'ENOTEMPTY',
  'access denied': 'EACCES',
  'not permitted': 'EPERM',
  'name too long': 'ENAMETOOLONG',
  'reader left': 'EPIPE',
  'port in use': 'EADDRINUSE',
  'connection reset': 'ECONNRESET',
  'connection refused': 'ECONNREFUSED',
  'timed out': 'ETIMEDOUT',
  'host unknown': 'ENOTFOUND',
} as const;

export type SystemReason = keyof typeof systemCodes;

/** A file is not what it must be to be read or replaced; the codes of all others are the system's. */
export class FileError extends Error {
  constructor(
    readonly code: 'not-regular' | 'too-large',
    /** Bytes. */
    readonly limit = 0,
  ) {
    super(code);
  }
}

/** The code of an error of the system or a {@link FileError}; undefined for all others. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether the system, or one of its {@link systemError}s, gives one of these reasons. */
export function failedBecause(error: unknown, ...reasons: readonly SystemReason[]): boolean {
  return reasons.some(reason => codeOf(error) === systemCodes[reason]);
}

/** Whether no file or folder has this name. */
export function isMissing(error: unknown): boolean {
  return failedBecause(error, 'missing', 'not a folder');
}

/** What the system would throw about a file, for what it does not notice itself. */
export function systemError(reason: SystemReason, file: string): Error {
  return Object.assign(new Error(file), { code: systemCodes[reason] });
}

/** Why a file could not be read or written, as the end of a sentence. */
export function reasonOf(error: unknown): string {
  if (error instanceof FileError && error.code === 'too-large')
    return l10n.t('it is larger than {0} MB', error.limit / (1024 * 1024));
  const code = codeOf(error);
  return reasons().get(code ?? '') ?? code ?? String(error);
}

/** errno(3). */
function reasons(): ReadonlyMap<string, string> {
  return new Map([
    ['not-regular', l10n.t('it is not a regular file')],
    ['ENOENT', l10n.t('there is no such file or folder')],
    ['ENOTDIR', l10n.t('a part of its path is not a folder')],
    ['EISDIR', l10n.t('it is a folder')],
    ['EACCES', l10n.t('permission denied')],
    ['EPERM', l10n.t('permission denied')],
    ['ENOSPC', l10n.t('no space left on the disk')],
    ['EDQUOT', l10n.t('the disk quota is used up')],
    ['EROFS', l10n.t('the file system is read-only')],
    ['ELOOP', l10n.t('its links lead in a circle')],
    ['ENAMETOOLONG', l10n.t('its name is too long')],
    ['EBUSY', l10n.t('another program uses it')],
    ['EMFILE', l10n.t('too many files are open')],
    ['ENXIO', l10n.t('no process reads from it')],
    ['EPIPE', l10n.t('no process reads from it anymore')],
    ['EFBIG', l10n.t('it would exceed the file size limit')],
    ['EIO', l10n.t('the disk reports an error')],
  ]);
}
