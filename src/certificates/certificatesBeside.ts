import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileNames, layouts, nameOf } from './layouts';

/** The certificates, PEM, to which record files in a folder belong. */
export interface CertificateFiles {
  ca: string;
  /** Undefined when the set has none for a server. */
  server: string | undefined;
}

/** Looks for the CA's certificate where each layout has it, seen from the folder of the record files; undefined when none is there. */
export function certificatesBeside(recordFolder: string): CertificateFiles | undefined {
  for (const layout of layouts) {
    const names = fileNames(layout, 'server', 0);
    const toRoot = path.relative(path.dirname(nameOf(names, 'own records')), '');
    const file = (content: 'CA PEM' | 'server PEM') =>
      path.join(recordFolder, toRoot, nameOf(names, content));
    const [ca, server] = [file('CA PEM'), file('server PEM')];
    if (existsSync(ca)) return { ca, server: existsSync(server) ? server : undefined };
  }
  return undefined;
}
