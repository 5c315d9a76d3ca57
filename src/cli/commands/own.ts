import * as l10n from '@vscode/l10n';
import { described } from '../commandLine/description';

export const shells = ['bash', 'zsh'] as const;

export const completionDescription = described({
  words: ['completion'],
  summary: () => l10n.t('Print the script that completes commands and options in bash or zsh'),
  about: () => l10n.t('The examples show how to load it for one session or permanently.'),
  operands: {
    value: 'SHELL',
    least: 1,
    most: 1,
    refusal: () => l10n.t('Name one shell: {0}.', shells.join(', ')),
    choices: shells,
  },
  options: {},
  examples: [
    'source <(esp8266-ssl completion bash)',
    "echo 'source <(esp8266-ssl completion bash)' >> ~/.bashrc",
    'esp8266-ssl completion zsh > ~/.zfunc/_esp8266-ssl   # a folder in $fpath',
  ],
});

/** Help itself; `commands` are what it explains. */
export function helpDescription(commands: readonly string[]) {
  return described({
    words: ['help'],
    summary: () => l10n.t('Show the options of a command, with examples'),
    about: () => l10n.t('The same as COMMAND --help. Without a command it lists all commands.'),
    operands: {
      value: 'COMMAND',
      least: 0,
      most: 2,
      refusal: () => l10n.t('Name one command.'),
      choices: commands,
    },
    options: {},
    examples: ['esp8266-ssl help simulate', 'esp8266-ssl help certs csr'],
  });
}
