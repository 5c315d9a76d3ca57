import type { X509Certificate } from 'node:crypto';
import path from 'node:path';
import { withFolderLock } from '../files/folderLock';
import { limits } from '../files/limits';
import { readFileIfThere } from '../files/readFile';
import type { TlsAbilities } from '../sdk/tls';
import { parseCredentials } from './credentials';
import { caRecords } from './deviceData';
import { decodeRecords } from './flashRecords';
import { type GeneratedFile } from './generate';
import { fileNames, type Layout, nameOf } from './layouts';
import { refuseUnusable } from './refusedCa';
import { writeFiles } from './replaceFiles';
import { readTrustedCas } from './trustedCas';

interface TrustOptions {
  layout?: Layout | undefined;
  /** Of the library that reads the file. */
  abilities: TlsAbilities;
  passphrase?: string | undefined;
  /** Writes also what the library cannot verify by. */
  evenIfRefused?: boolean | undefined;
}

/** CAs that a device trusts now. */
export interface TrustedSet {
  /** The subjects of all of them, in the order of the file. */
  subjects: string[];
  files: GeneratedFile[];
  /** Empty where the device trusted them before. */
  written: GeneratedFile[];
}

/**
 * Lets the device trust the CAs in `files`, too: for the time in which its servers change from one to the other. Adds them to the record
 * file in `folder`, which needs no private key. Throws a Problem for what the library cannot read, with nothing written.
 */
export function trustMore(
  files: readonly string[],
  folder: string,
  { layout = 'folder', abilities, passphrase, evenIfRefused }: TrustOptions,
): Promise<TrustedSet> {
  return withFolderLock(folder, async () => {
    const added = await readTrustedCas(files, passphrase);
    if (evenIfRefused !== true)
      for (const { certificate, file } of added) refuseUnusable(abilities, certificate, file, false);
    const name = nameOf(fileNames(layout, 'server', 0), 'CA records');
    const there = await readFileIfThere(path.join(folder, name), limits.certificates);
    const before =
      there === undefined
        ? []
        : decodeRecords(there, name).flatMap(({ data }) => parseCredentials(data, name).certificates);
    const all = new Map(
      [...before, ...added.map(({ certificate }) => certificate)].map((each): [string, X509Certificate] => [
        each.fingerprint256,
        each,
      ]),
    );
    const cas = [...all.values()];
    const bytes = caRecords(
      cas.map(({ raw }) => raw),
      abilities,
    );
    const made: GeneratedFile[] = [{ name, content: 'CA records', bytes, secret: false }];
    return {
      subjects: cas.map(({ subject }) => subject.replaceAll('\n', ', ')),
      files: made,
      // All that was in it is in it again.
      written: all.size === before.length ? [] : await writeFiles(folder, made, { mayGo: () => true }),
    };
  });
}
