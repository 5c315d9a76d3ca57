import { checkedTarget, type Target } from '../project/target';
import type { SdkVersion, TlsLibrary } from '../sdk/tls';

interface TargetOptions {
  sdk?: SdkVersion | undefined;
  'tls-library'?: TlsLibrary | undefined;
}

/** Options over what the project's file says. Throws a Problem for a library that this version of the SDK does not have. */
export function targetWithOptions(given: TargetOptions, project: Target = {}): Target {
  return checkedTarget(given.sdk ?? project.sdk, given['tls-library'] ?? project.tlsLibrary);
}
