import * as vscode from 'vscode';
import { consequences, defaultsFor, hashText, objections } from '../certificates/forLibrary';
import { type Layout, layouts, roleChoices } from '../certificates/layouts';
import { checkedName, checkedRequest, defaults, hashes, longDays, keySizes } from '../certificates/request';
import { usualDays } from '../certificates/setRequest';
import { ProblemError } from '../problems';
import { type ProjectChoices } from '../project/choices';
import { linkedLibrary } from '../project/linkedLibrary';
import { type CertificateChoices, defaultChoices } from '../project/certificateChoices';
import { plannedText } from '../project/plannedText';
import { layoutText, libraryText, roleText } from '../project/schema';
import { defaultTarget, type Target } from '../project/target';
import { type SdkVersion, sdkVersions, tlsAbilities, type TlsLibrary, tlsLibraries } from '../sdk/tls';
import { simulatedDevice } from './askDeviceName';
import { askAll, enter, pick, type Step } from './steps';

/** What the questions fill in: everything that a set needs. */
type Answers = ProjectChoices;

/**
 * Asks what to generate, with the choices of the project as defaults, and returns the choices: the first question is whether the
 * defaults will do. Rejects with CancellationError when the user leaves.
 */
export async function askChoices(title: string, project: ProjectChoices): Promise<ProjectChoices> {
  for (;;) {
    if ((await useDefaults(title, project)) === true) return project;
    const answers = { target: project.target, certificates: { ...project.certificates } };
    if (await askAll(title, answers, [library, version, name, make, bits, hash, days, files, folder]))
      return answers;
  }
}

function useDefaults(title: string, project: ProjectChoices): Promise<boolean | undefined> {
  const { target, certificates } = project;
  const isChosen = Object.keys({ ...target, ...certificates }).length > 0;
  return pick(
    { title, canGoBack: false },
    vscode.l10n.t('Press Enter to generate the certificates with these values'),
    [
      {
        label: vscode.l10n.t('Use Defaults'),
        iconPath: new vscode.ThemeIcon('check'),
        description: isChosen
          ? vscode.l10n.t('in {0}, with the values in {1}', folderText(project), 'esp8266-ssl.json')
          : vscode.l10n.t('in {0}', folderText(project)),
        detail: plannedText(project, simulatedDevice),
        value: true,
      },
      {
        label: vscode.l10n.t('Customize…'),
        iconPath: new vscode.ThemeIcon('settings-gear'),
        detail: vscode.l10n.t(
          'TLS library, SDK version, name, role, key size, hash, validity, files, folder',
        ),
        value: false,
      },
    ],
    true,
  );
}

function folderText({ certificates }: ProjectChoices): string {
  return `${certificates.folder ?? defaultChoices.folder}/`;
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

const library: Step<Answers> = {
  async ask(answers, place) {
    const picked = await pick(
      place,
      vscode.l10n.t('The TLS library that the firmware is linked with'),
      tlsLibraries.toReversed().map(value => ({ label: value, description: libraryText(value), value })),
      linkedLibrary(answers.target).library,
    );
    if (picked === undefined) return false;
    const { sdk } = linkedLibrary(answers.target);
    const kept = versionsOf(picked).includes(sdk) ? sdk : defaultTarget.sdk;
    retarget(answers, { sdk: kept, tlsLibrary: picked });
    return true;
  },
};

const version: Step<Answers> = {
  isOpen: ({ target }) => versionsOf(linkedLibrary(target).library).length > 1,
  async ask(answers, place) {
    const { library: tlsLibrary, sdk } = linkedLibrary(answers.target);
    const picked = await pick(
      place,
      vscode.l10n.t('The version of the NON-OS SDK'),
      versionsOf(tlsLibrary)
        .toReversed()
        .map(value => ({
          label: `SDK ${value}`,
          description: consequences(linkedLibrary({ sdk: value, tlsLibrary }).abilities),
          value,
        })),
      sdk,
    );
    if (picked === undefined) return false;
    retarget(answers, { sdk: picked, tlsLibrary });
    return true;
  },
};

/** The versions that have a library. */
function versionsOf(tlsLibrary: TlsLibrary): SdkVersion[] {
  return sdkVersions.filter(sdk => tlsAbilities(tlsLibrary, sdk) !== undefined);
}

/** What suits one library need not suit another. */
function retarget(answers: Answers, target: Target): void {
  if (linkedLibrary(target).abilities !== linkedLibrary(answers.target).abilities) {
    delete answers.certificates.bits;
    delete answers.certificates.hash;
  }
  answers.target = target;
}

const name: Step<Answers> = {
  async ask({ certificates }, place) {
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
  },
};

const make: Step<Answers> = {
  async ask({ certificates }, place) {
    const choices = roleChoices.map(value => ({ label: roleText(value), value }));
    const asked = vscode.l10n.t('Which certificates to generate');
    return taken(
      certificates,
      'make',
      await pick(place, asked, choices, certificates.make ?? defaultChoices.make),
    );
  },
};

/** The sizes that the library verifies, and one that was chosen nevertheless. */
function sizesFor({ target, certificates }: Answers) {
  const { leastVerifiedBits } = linkedLibrary(target).abilities;
  return keySizes.filter(size => size >= leastVerifiedBits || size === certificates.bits);
}

const bits: Step<Answers> = {
  isOpen: answers => sizesFor(answers).length > 1,
  async ask(answers, place) {
    const { target, certificates } = answers;
    const { abilities } = linkedLibrary(target);
    const suited = defaultsFor(abilities).bits;
    const choices = sizesFor(answers)
      .toReversed()
      .map(value => ({
        label: `RSA ${value}`,
        description: value === suited ? vscode.l10n.t('recommended for {0}', abilities.library) : '',
        detail: objections(abilities, { own: { bits: value, hash: 'sha256' } })[0] ?? '',
        value,
      }));
    const placeholder = vscode.l10n.t('Key size');
    return taken(certificates, 'bits', await pick(place, placeholder, choices, certificates.bits ?? suited));
  },
};

const hash: Step<Answers> = {
  async ask({ target, certificates }, place) {
    const choices = hashes.toReversed().map(value => ({
      label: hashText(value),
      description: value === 'sha1' ? vscode.l10n.t('for old clients; current ones refuse it') : '',
      value,
    }));
    const current = certificates.hash ?? defaultsFor(linkedLibrary(target).abilities).hash;
    return taken(certificates, 'hash', await pick(place, vscode.l10n.t('Signature hash'), choices, current));
  },
};

const days: Step<Answers> = {
  async ask({ certificates }, place) {
    const given = await enter(
      place,
      vscode.l10n.t(
        'Validity in days. Browsers and Apple clients accept at most {0} for a server; {1} suits other clients.',
        defaults.days,
        longDays,
      ),
      String(certificates.days ?? usualDays(certificates.make ?? defaultChoices.make)),
      text => problemOf(() => checkedRequest({ name: simulatedDevice, days: text })),
    );
    return taken(certificates, 'days', given === undefined ? undefined : Number(given));
  },
};

/** The script of 2015 generates one pair. */
function layoutsFor({ certificates }: Answers): Layout[] {
  return layouts.filter(each => each !== 'script-2015' || certificates.make !== 'both');
}

const files: Step<Answers> = {
  isOpen: answers => layoutsFor(answers).length > 1,
  async ask(answers, place) {
    const { certificates } = answers;
    const possible = layoutsFor(answers);
    const choices = possible.map(value => ({ label: layoutText(value), value }));
    const current = possible.find(each => each === certificates.files) ?? defaultChoices.files;
    return taken(certificates, 'files', await pick(place, vscode.l10n.t('File names'), choices, current));
  },
};

const folder: Step<Answers> = {
  async ask({ certificates }, place) {
    const given = await enter(
      place,
      vscode.l10n.t('Output folder, inside the project folder'),
      certificates.folder ?? defaultChoices.folder,
      text => (text.trim() === '' ? vscode.l10n.t('Enter a folder, for example {0}.', 'ssl') : undefined),
    );
    return taken(certificates, 'folder', given?.trim());
  },
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
