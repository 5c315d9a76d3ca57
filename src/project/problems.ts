import * as l10n from '@vscode/l10n';
import type { Words } from '../text/problemTexts';
import { advice } from '../text/remedies';

/** What can be wrong with a project and its settings. */
export interface ProjectProblems {
  'library-not-in-sdk': { library: string; since: string };
  'setting-wrong': { setting: string; expected: string; file?: string | undefined };
  'path-outside': { file: string; setting: string };
  'project-file-broken': { file: string; line: number; reason: string };
  'project-name-invalid': { name: string };
  'folder-not-empty': { folder: string };
  'template-unknown': { template: string; known: string };
}

export const projectProblems: Words<ProjectProblems> = {
  'library-not-in-sdk': problem =>
    l10n.t('{0} is part of the SDK from {1} on.', problem.library, problem.since),
  'setting-wrong': problem => {
    if (problem.file !== undefined)
      return l10n.t('{0}: "{1}" must be {2}.', problem.file, problem.setting, problem.expected);
    return l10n.t('"{0}" in the settings of the simulation must be {1}.', problem.setting, problem.expected);
  },
  'path-outside': problem =>
    advice(
      l10n.t(
        '{0}, named by "{1}" in esp8266-ssl.json, lies outside of the project and is not used.',
        problem.file,
        problem.setting,
      ),
      'name-outside',
    ),
  'project-file-broken': problem =>
    l10n.t('{0} is not valid JSON: {1} in line {2}.', problem.file, problem.reason, problem.line),
  'project-name-invalid': problem =>
    l10n.t(
      '“{0}” cannot be the name of a project. Start with a letter or digit; use letters, digits, “.”, “_” and “-”, up to 64.',
      problem.name,
    ),
  'folder-not-empty': problem =>
    l10n.t('{0} is not empty. Choose another name; nothing is overwritten.', problem.folder),
  'template-unknown': problem =>
    l10n.t('Unknown template “{0}”. Templates: {1}.', problem.template, problem.known),
};
