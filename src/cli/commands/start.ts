import * as l10n from '@vscode/l10n';
import { templates } from '../../project/templates';
import { described } from '../commandLine/description';
import * as shared from './shared';

export const newDescription = described({
  words: ['new'],
  summary: () => l10n.t('Create a firmware project from a template'),
  about: () =>
    l10n.t(
      'Writes sources, headers, Makefile, settings of VS Code and an ELF that runs on the simulated device at once, to a new folder or to an empty one.',
    ),
  operands: {
    value: 'FOLDER',
    least: 0,
    most: 1,
    refusal: () => l10n.t('Name the project.'),
    completes: 'folder',
  },
  options: {
    template: {
      value: 'TEMPLATE',
      words: () => l10n.t('what the project starts from'),
      choices: templates.map(({ id }) => id),
      default: templates[0]?.id ?? '',
    },
    list: { words: () => l10n.t('list the templates') },
  },
  examples: ['esp8266-ssl new my-device', 'esp8266-ssl new my-bridge --template uart-bridge'],
});

export const doctorDescription = described({
  words: ['doctor'],
  summary: () => l10n.t('Find out what a firmware project is missing, and how to get it'),
  about: () =>
    l10n.t(
      'Looks at SDK, compiler, firmware, certificates, flash layout, serial ports and programs. The report has no keys and does not name your home folder.',
    ),
  operands: {
    value: 'FOLDER',
    least: 0,
    most: 1,
    refusal: () => l10n.t('Name one folder.'),
    completes: 'folder',
  },
  options: {
    markdown: { words: () => l10n.t('print Markdown, for an issue') },
    ...shared.json,
  },
  failure: () => l10n.t('there are problems'),
  examples: ['esp8266-ssl doctor', 'esp8266-ssl doctor my-device --markdown'],
});
