import * as l10n from '@vscode/l10n';
import { defaultsFor, hashText } from '../certificates/forLibrary';
import { usualDays } from '../certificates/setRequest';
import type { ProjectChoices } from './choices';
import { defaultChoices } from './settings/certificates';
import { linkedLibrary } from './linkedLibrary';

/** What will be generated from the choices, in one line: every value but the folder, chosen or usual. */
export function plannedText({ target, certificates }: ProjectChoices, usualName: string): string {
  const { sdk, library, abilities } = linkedLibrary(target);
  const { name = usualName, make = defaultChoices.make, ca, trust = [] } = certificates;
  const days = certificates.days ?? usualDays(make);
  const { bits, hash } = { ...defaultsFor(abilities), ...certificates };
  const what = {
    server: () => l10n.t('Server at {0}', name),
    client: () => l10n.t('Client {0}', name),
    both: () => l10n.t('Server at {0} and client', name),
  }[make]();
  return [
    what,
    `RSA ${bits}`,
    hashText(hash),
    l10n.t('valid for {0} days', days),
    l10n.t('{0} of SDK {1}', library, sdk),
    ...(ca === undefined ? [] : [l10n.t('signed by {0}', ca.certificate)]),
    ...(trust.length === 0 ? [] : [l10n.t('trusts {0}, too', trust.join(', '))]),
  ].join(l10n.t(', '));
}
