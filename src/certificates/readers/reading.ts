import type { RefusalReason } from './refusal';

/** What a TLS library of the SDK makes of data: how many certificates or keys it reads, and what it returns. */
export interface Reading {
  /** What the data was read as. */
  role: 'certificate' | 'key';
  /** 0; the number of certificates in a PEM text that were refused while others were read; or the library's error, negative. */
  code: number;
  read: number;
  /** Why the first that is refused is refused. */
  reason?: RefusalReason;
}
