import path from 'node:path';
import { ProblemError } from '../problems';
import {
  firstSdkWith,
  librariesOf,
  type SdkVersion,
  sdkVersions,
  type TlsLibrary,
  tlsLibraries,
} from '../sdk/tls';
import { oneOf } from './checkBySchema';
import { projectFileName, readProjectPart } from './projectFile';

/** What the project's firmware is linked with; each part undefined where the project's file does not say it. */
export interface Target {
  sdk?: SdkVersion;
  tlsLibrary?: TlsLibrary;
}

/** What is assumed where nobody says otherwise: the last SDK with the library that its own example links. */
export const defaultTarget = { sdk: '3.0.6', tlsLibrary: 'libmbedtls' } as const satisfies Target;

/**
 * Returns what `sdk` and `tlsLibrary` of the project's file in `folder` say. Throws a Problem for a version that is not known and
 * for a library that this version does not have.
 */
export async function readTarget(folder: string): Promise<Target> {
  const [sdk, tlsLibrary] = [
    await readProjectPart(folder, 'sdk'),
    await readProjectPart(folder, 'tlsLibrary'),
  ];
  return checkedTarget(sdk, tlsLibrary, path.join(folder, projectFileName));
}

/** The same for values of any origin, or of a file. */
export function checkedTarget(sdk: unknown, tlsLibrary: unknown, file?: string): Target {
  const version = sdkVersions.find(known => known === sdk);
  if (sdk !== undefined && version === undefined) throw wrong('sdk', sdkVersions, file);
  const libraries = librariesOf(version ?? defaultTarget.sdk);
  const library = libraries.find(known => known === tlsLibrary);
  const known = tlsLibraries.find(each => each === tlsLibrary);
  if (known !== undefined && library === undefined)
    throw new ProblemError({ kind: 'library-not-in-sdk', library: known, since: firstSdkWith(known) });
  if (tlsLibrary !== undefined && library === undefined) throw wrong('tlsLibrary', libraries, file);
  return { ...(version && { sdk: version }), ...(library && { tlsLibrary: library }) };
}

function wrong(setting: string, allowed: readonly string[], file: string | undefined): ProblemError {
  return new ProblemError({ kind: 'setting-wrong', setting, expected: oneOf(allowed), file });
}
