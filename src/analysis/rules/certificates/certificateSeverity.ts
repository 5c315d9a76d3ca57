import type { Severity as CertificateSeverity } from '../../../certificates/inspect/fileReport';
import type { Severity } from '../rule';

/** A severity of the rules over certificates, as all others say it. */
export function asSeverity(severity: CertificateSeverity): Severity {
  return severity === 'information' ? 'info' : severity;
}
