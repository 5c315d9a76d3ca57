import path from 'node:path';
import { projectFileName, readProjectPart } from './projectFile';
import { type CertificateChoices, checkChoices } from './schema';
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
  return { target: await readTarget(folder), certificates: checkChoices(given, file) };
}
