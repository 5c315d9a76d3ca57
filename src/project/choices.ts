import path from 'node:path';
import { projectFileName, readProjectPart } from './projectFile';
import { projectPath } from './projectPaths';
import type { CertificateChoices } from './certificateChoices';
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
  for (const [setting, named] of pathsIn(certificates)) projectPath(folder, named, setting);
  return { target: await readTarget(folder), certificates };
}

interface NamedPaths {
  folder?: string | undefined;
  ca?: { certificate: string; key?: string | undefined } | undefined;
}

/** What of the choices is a path: where it stands in the project's file, and what it says. */
export function pathsIn({ folder, ca }: NamedPaths): [setting: string, file: string][] {
  const paths: [string, string | undefined][] = [
    ['certificates.folder', folder],
    ['certificates.ca.certificate', ca?.certificate],
    ['certificates.ca.key', ca?.key],
  ];
  return paths.flatMap(([setting, file]) => (file === undefined ? [] : [[setting, file]]));
}
