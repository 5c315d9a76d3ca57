import * as vscode from 'vscode';
import { consequences, defaultsFor, objections } from '../certificates/forLibrary';
import { layouts, roleChoices } from '../certificates/layouts';
import { checkedName, checkedRequest, defaults, hashes, keySizes } from '../certificates/request';
import { ProblemError } from '../problems';
import { type ProjectChoices } from '../project/choices';
import { linkedLibrary } from '../project/linkedLibrary';
import { defaultChoices } from '../project/defaultChoices';
import { type CertificateChoices, layoutText, roleText } from '../project/schema';
import { defaultTarget } from '../project/target';
import { librariesOf, sdkVersions } from '../sdk/tls';
import { simulatedDevice } from './askDeviceName';
import { askAll, enter, pick, type Step } from './steps';

/** What the questions fill in: everything that a set needs. */
type Answers = ProjectChoices;

/**
 * Asks what to make, with the choices of the project as defaults, and returns the choices. Rejects with CancellationError when the
 * user leaves.
 */
export async function askChoices(title: string, project: ProjectChoices): Promise<ProjectChoices> {
  const answers = { target: project.target, certificates: { ...project.certificates } };
  await askAll(title, answers, [target, name, make, bits, hash, days, files, folder]);
  return answers;
}

/** Returns the sentence of a Problem that `check` throws. */
function problemOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.message;
    throw error;
  }
}

const target: Step<Answers> = async (answers, place) => {
  const targets = sdkVersions.toReversed().flatMap(sdk =>
    librariesOf(sdk)
      .toReversed()
      .map(tlsLibrary => ({ sdk, tlsLibrary })),
  );
  const before = linkedLibrary(answers.target).abilities;
  const { sdk = defaultTarget.sdk, tlsLibrary = before.library } = answers.target;
  const picked = await pick(
    place,
    vscode.l10n.t('The TLS library and the SDK that the firmware is linked with'),
    targets.map(value => ({
      label: vscode.l10n.t('{0}, SDK {1}', value.tlsLibrary, value.sdk),
      detail: consequences(linkedLibrary(value).abilities),
      value,
    })),
    targets.find(each => each.sdk === sdk && each.tlsLibrary === tlsLibrary) ?? { sdk, tlsLibrary },
  );
  if (picked === undefined) return false;
  // What suits one library need not suit another.
  if (linkedLibrary(picked).abilities !== before) {
    delete answers.certificates.bits;
    delete answers.certificates.hash;
  }
  answers.target = picked;
  return true;
};

const name: Step<Answers> = async ({ certificates }, place) => {
  const given = await enter(
    place,
    vscode.l10n.t(
      'The address or name by which clients reach the device. {0} is the simulated device.',
      simulatedDevice,
    ),
    certificates.name ?? simulatedDevice,
    text => problemOf(() => checkedName(text)),
  );
  return taken(certificates, 'name', given?.trim());
};

const make: Step<Answers> = async ({ certificates }, place) => {
  const choices = roleChoices.map(value => ({ label: roleText(value), value }));
  const asked = vscode.l10n.t('Which certificates to generate');
  return taken(
    certificates,
    'make',
    await pick(place, asked, choices, certificates.make ?? defaultChoices.make),
  );
};

const bits: Step<Answers> = async ({ target: asked, certificates }, place) => {
  const abilities = linkedLibrary(asked).abilities;
  const suited = defaultsFor(abilities).bits;
  const choices = keySizes.toReversed().map(value => ({
    label: `RSA ${value}`,
    description: value === suited ? vscode.l10n.t('recommended for {0}', abilities.library) : '',
    detail: objections(abilities, { own: { bits: value, hash: 'sha256' } })[0] ?? '',
    value: value,
  }));
  const placeholder = vscode.l10n.t('Key size');
  return taken(certificates, 'bits', await pick(place, placeholder, choices, certificates.bits ?? suited));
};

const hash: Step<Answers> = async ({ target: asked, certificates }, place) => {
  const choices = hashes.toReversed().map(value => ({ label: value, value: value }));
  const current = certificates.hash ?? defaultsFor(linkedLibrary(asked).abilities).hash;
  return taken(certificates, 'hash', await pick(place, vscode.l10n.t('Signature hash'), choices, current));
};

const days: Step<Answers> = async ({ certificates }, place) => {
  const given = await enter(
    place,
    vscode.l10n.t('Validity in days'),
    String(certificates.days ?? defaults.days),
    text => problemOf(() => checkedRequest({ name: simulatedDevice, days: text })),
  );
  return taken(certificates, 'days', given === undefined ? undefined : Number(given));
};

const files: Step<Answers> = async ({ certificates }, place) => {
  // The script of 2015 makes one pair.
  const possible = layouts.filter(each => each !== 'script-2015' || certificates.make !== 'both');
  const choices = possible.map(value => ({ label: layoutText(value), value }));
  const current = possible.find(each => each === certificates.files) ?? defaultChoices.files;
  return taken(certificates, 'files', await pick(place, vscode.l10n.t('File names'), choices, current));
};

const folder: Step<Answers> = async ({ certificates }, place) => {
  const given = await enter(
    place,
    vscode.l10n.t('Output folder, inside the project folder'),
    certificates.folder ?? defaultChoices.folder,
    text => (text.trim() === '' ? vscode.l10n.t('Enter a folder, for example {0}.', 'ssl') : undefined),
  );
  return taken(certificates, 'folder', given?.trim());
};

/** Keeps an answer; none means back. */
function taken<Key extends keyof CertificateChoices>(
  choices: CertificateChoices,
  key: Key,
  value: CertificateChoices[Key] | undefined,
): boolean {
  if (value !== undefined) choices[key] = value;
  return value !== undefined;
}
