import path from 'node:path';
import { projectFileName, readProjectPart } from './projectFile';
import { projectPath } from './projectPaths';
import { type CertificateChoices, certificatePart } from './settings/certificates';
import { pathsIn } from './settings/setting';
import { checkChoices } from './schema';
import { readTarget, type Target } from './target';

/** What the project's file says about certificates. */
export interface ProjectChoices {
  target: Target;
  certificates: CertificateChoices;
}

/** Reads the choices in the project's file in `folder`; empty without one. Throws a Problem for what is wrong in it. */
export async function readChoices(folder: string): Promise<ProjectChoices> {
  const file = path.join(folder, projectFileName);
  const given = (await readProjectPart(folder, 'certificates')) ?? {};
  const certificates = checkChoices(given, file);
  checkPaths(certificates, folder);
  return { target: await readTarget(folder), certificates };
}

/** Throws a Problem for a choice that names a file or folder outside of the project's `folder`. */
export function checkPaths(choices: CertificateChoices, folder: string): void {
  for (const { setting, file } of pathsIn(certificatePart, choices))
    projectPath(folder, file, `certificates.${setting}`);
}
