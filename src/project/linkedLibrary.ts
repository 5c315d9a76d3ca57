import { librariesOf, type SdkVersion, type TlsAbilities, tlsAbilities, type TlsLibrary } from '../sdk/tls';
import { defaultTarget, type Target } from './target';

/** A TLS library in a version of the SDK. */
export interface LinkedLibrary {
  sdk: SdkVersion;
  library: TlsLibrary;
  abilities: TlsAbilities;
}

/** What a target is linked with: what it does not say is as usual, or what its version of the SDK has. */
export function linkedLibrary({ sdk = defaultTarget.sdk, tlsLibrary }: Target): LinkedLibrary {
  const libraries = librariesOf(sdk);
  const library = tlsLibrary ?? libraries.find(each => each === defaultTarget.tlsLibrary) ?? libraries[0];
  const abilities = library && tlsAbilities(library, sdk);
  if (library === undefined || abilities === undefined)
    throw new Error(`SDK ${sdk} has no TLS library ${library ?? ''}`);
  return { sdk, library, abilities };
}
