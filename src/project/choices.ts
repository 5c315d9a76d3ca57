import path from 'node:path';
import { tlsAbilities, type TlsAbilities } from '../sdk/tls';
import { projectFileName, readProjectPart } from './projectFile';
import { type CertificateChoices, checkChoices } from './schema';
import { defaultTarget, readTarget, type Target } from './target';

/** What the project's file says about certificates. */
export interface ProjectChoices {
  target: Target;
  certificates: CertificateChoices;
}

/** Reads the choices in the project's file in `folder`; empty without one. Throws a Problem for what is wrong in it. */
export async function readChoices(folder: string): Promise<ProjectChoices> {
  const file = path.join(folder, projectFileName);
  const given = (await readProjectPart(folder, 'certificates')) ?? {};
  return { target: await readTarget(folder), certificates: checkChoices(given, file) };
}

/** What the target's TLS library can do; for what is not said, as {@link defaultTarget} has it or, in older SDKs, libssl. */
export function abilitiesOf({ sdk = defaultTarget.sdk, tlsLibrary }: Target): TlsAbilities {
  const abilities = tlsAbilities(tlsLibrary ?? defaultTarget.tlsLibrary, sdk) ?? tlsAbilities('libssl', sdk);
  if (abilities === undefined) throw new Error(`SDK ${sdk} has no TLS library`);
  return abilities;
}
