import * as vscode from 'vscode';
import { consequences, defaultsFor, hashText, objections } from '../certificates/forLibrary';
import { layouts } from '../certificates/layouts';
import { checkedName, checkedRequest, defaults, hashes, keySizes, longDays } from '../certificates/request';
import { defaultClientName, roleNamed, usualDays } from '../certificates/setRequest';
import { ProblemError } from '../problems';
import { type ProjectChoices } from '../project/choices';
import { linkedLibrary } from '../project/linkedLibrary';
import { plannedText } from '../project/plannedText';
import { certificateSettings, defaultChoices, targetSettings } from '../project/settings/certificates';
import type { Setting } from '../project/settings/setting';
import { projectFileName } from '../project/projectFile';
import { checkChoices } from '../project/schema';
import { defaultTarget, type Target } from '../project/target';
import { type SdkVersion, sdkVersions, tlsAbilities, type TlsLibrary, tlsLibraries } from '../sdk/tls';
import { advised } from '../text/remedies';
import { asSentence, capitalized } from '../text/sentence';
import { nameHint, simulatedDevice } from './askDeviceName';
import { askAll, enter, pick, type Place, type Step } from './questions';

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
    if (await askAll(title, answers, [library, version, ...certificateSteps])) return answers;
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
          'TLS library, SDK version, role, name, key size, hash, validity, files, folder',
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
      capitalized(targetSettings.tlsLibrary.words()),
      tlsLibraries.toReversed().map(value => ({
        label: value,
        description: targetSettings.tlsLibrary.enumWords[value](),
        value,
      })),
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
      capitalized(targetSettings.sdk.words()),
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

/** What a question about a setting of certificates adds to its table; without it, every choice and every text will do. */
interface Question {
  /** What the answer is if Enter is pressed, unless the project has a value. */
  usual: (answers: Answers) => string | number;
  /** The choices that make sense after the earlier answers. */
  possible?: (answers: Answers) => readonly (string | number)[];
  /** A choice in the list, where its own words do not say all. */
  item?: (
    value: string | number,
    answers: Answers,
  ) => { label: string; description?: string; detail?: string };
  /** More about what to enter. */
  hint?: () => string;
  /** Throws a Problem for a text that cannot be. */
  check?: (text: string, answers: Answers) => unknown;
}

/** The settings that are asked for, in the order of the table; the others are for those who know them. */
const questions: { [Name in keyof typeof certificateSettings]: Question | 'not asked' } = {
  make: { usual: () => defaultChoices.make },
  name: {
    usual: ({ certificates }) => (certificates.make === 'client' ? defaultClientName : simulatedDevice),
    hint: nameHint,
    check: (text, { certificates }) => checkedName(text, roleNamed(certificates.make)),
  },
  clientName: 'not asked',
  bits: {
    usual: ({ target }) => defaultsFor(linkedLibrary(target).abilities).bits,
    // Those that the library verifies, and one that was chosen nevertheless.
    possible: ({ target, certificates }) => {
      const { minVerifiedBits } = linkedLibrary(target).abilities;
      return keySizes.filter(size => size >= minVerifiedBits || size === certificates.bits).toReversed();
    },
    item: (value, { target }) => {
      const { abilities } = linkedLibrary(target);
      const suits = value === defaultsFor(abilities).bits;
      return {
        label: `RSA ${value}`,
        description: suits ? vscode.l10n.t('recommended for {0}', abilities.library) : '',
        detail: advised(
          objections(abilities, { own: { bits: Number(value), hash: 'sha256' } })[0] ?? '',
          'editor',
        ),
      };
    },
  },
  hash: {
    usual: ({ target }) => defaultsFor(linkedLibrary(target).abilities).hash,
    possible: () => hashes.toReversed(),
    item: value => ({
      label: hashText(String(value)),
      description: value === 'sha1' ? vscode.l10n.t('for old clients; current ones refuse it') : '',
    }),
  },
  days: {
    usual: ({ certificates }) => usualDays(certificates.make ?? defaultChoices.make),
    hint: () =>
      vscode.l10n.t(
        'Browsers and Apple clients accept at most {0} for a server; {1} suits other clients.',
        defaults.days,
        longDays,
      ),
    check: text => checkedRequest({ name: simulatedDevice, days: text }),
  },
  organization: 'not asked',
  files: {
    usual: () => defaultChoices.files,
    // The script of 2015 generates one pair.
    possible: ({ certificates }) =>
      layouts.filter(each => each !== 'script-2015' || certificates.make !== 'both'),
  },
  folder: {
    usual: () => defaultChoices.folder,
    hint: () => vscode.l10n.t('It is inside the project folder.'),
  },
};

const certificateSteps: Step<Answers>[] = Object.entries(questions).flatMap(([name, question]) =>
  question === 'not asked'
    ? []
    : [stepFor(name, new Map(Object.entries(certificateSettings)).get(name) ?? {}, question)],
);

/** Asks for the setting `name`, and keeps the answer. */
function stepFor(name: string, setting: Setting, question: Question): Step<Answers> {
  const possible = (answers: Answers) => question.possible?.(answers) ?? setting.enum;
  return {
    isOpen: answers => possible(answers)?.length !== 1,
    async ask(answers, place) {
      const choices = possible(answers);
      const chosen = new Map<string, unknown>(Object.entries(answers.certificates)).get(name);
      const usual = question.usual(answers);
      const current = typeof chosen === 'string' || typeof chosen === 'number' ? chosen : usual;
      const answer = choices
        ? await pick(
            place,
            capitalized(setting.words?.() ?? name),
            choices.map(value => ({
              ...(question.item?.(value, answers) ?? {
                label: setting.enumWords?.[value]?.() ?? String(value),
              }),
              value,
            })),
            choices.includes(current) ? current : usual,
          )
        : await enteredText(place, setting, question, answers, String(current));
      if (answer === undefined) return false;
      answers.certificates = checkChoices({ ...answers.certificates, [name]: answer }, projectFileName);
      return true;
    },
  };
}

async function enteredText(
  place: Place,
  setting: Setting,
  { hint, check }: Question,
  answers: Answers,
  current: string,
): Promise<string | number | undefined> {
  const asked = setting.words?.() ?? '';
  const [example] = setting.examples ?? [];
  const given = await enter(
    place,
    hint ? `${asSentence(asked)}${hint()}` : capitalized(asked),
    current,
    text =>
      text.trim() === '' && example !== undefined
        ? vscode.l10n.t('Enter a value, for example {0}.', String(example))
        : problemOf(() => check?.(text, answers)),
  );
  if (given === undefined) return undefined;
  return setting.type === 'integer' ? Number(given) : given.trim();
}
