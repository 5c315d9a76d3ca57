import { checkedTarget, defaultTarget, type Target } from '../project/target';
import { librariesOf, type SdkVersion, type TlsLibrary } from '../sdk/tls';
import { checkedChoice } from './commandLine/parse';

interface GivenTarget {
  sdk?: SdkVersion | undefined;
  'tls-library'?: TlsLibrary | undefined;
}

/** Options over what the project's file says. Throws a Problem for a library that this version of the SDK does not have. */
export function givenTarget(given: GivenTarget, project: Target = {}): Target {
  const sdk = given.sdk ?? project.sdk;
  const library = given['tls-library'];
  if (library !== undefined) checkedChoice('tls-library', library, librariesOf(sdk ?? defaultTarget.sdk));
  return checkedTarget(sdk, library ?? project.tlsLibrary);
}
