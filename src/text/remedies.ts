import * as l10n from '@vscode/l10n';

/** Where the user reads: a remedy is an option on the command line, and in the editor a button or a setting. */
export type Door = 'editor' | 'terminal';

interface RemedyWords {
  /** A sentence with the option or the command. */
  terminal?: () => string;
  /** A sentence for what the button does not say, or where there is none. */
  editor?: () => string;
  /** The title of the button that does it. */
  button?: () => string;
}

/** What solves a problem. */
export type Remedy =
  | 'replace'
  | 'write-anyway'
  | 'add-settings'
  | 'new-ca'
  | 'passphrase'
  | 'generate'
  | 'inspect'
  | 'ca-from-server'
  | 'name-elf'
  | 'name-outside'
  | 'esptool'
  | 'own-serial-port'
  | 'more-memory'
  | 'warn-unanswered';

const words: Record<Remedy, RemedyWords> = {
  replace: {
    terminal: () => l10n.t('Add --force to replace existing files.'),
    button: () => l10n.t('Replace'),
  },
  'write-anyway': {
    terminal: () => l10n.t('Add --force to write the files all the same.'),
    button: () => l10n.t('Write Anyway'),
  },
  'add-settings': {
    terminal: () => l10n.t('Add --force to add the needed settings; everything else in it stays.'),
    editor: () => l10n.t('The needed settings can be added; everything else in it stays.'),
    button: () => l10n.t('Add Settings'),
  },
  'new-ca': {
    terminal: () => l10n.t('Add --new-ca to create a new CA, which clients must then trust.'),
    editor: () => l10n.t('If you create a new CA, clients must trust it.'),
    button: () => l10n.t('Create New CA'),
  },
  // The editor asks for it.
  passphrase: {
    terminal: () =>
      l10n.t(
        'Provide its passphrase with --passphrase-file, or as {0} in the environment.',
        'ESP8266_SSL_PASSPHRASE',
      ),
  },
  generate: {
    terminal: () => l10n.t('Generate certificates with: esp8266-ssl certs.'),
    editor: () => l10n.t('Generate certificates.'),
    button: () => l10n.t('Generate Certificates…'),
  },
  inspect: {
    terminal: () => l10n.t('Check the certificate with: esp8266-ssl inspect.'),
    editor: () => l10n.t('Check the certificate in the view “Certificates”.'),
  },
  'ca-from-server': {
    terminal: () => l10n.t('Get the CA certificate that the device can use: esp8266-ssl ca HOST:PORT.'),
    editor: () =>
      l10n.t(
        'Get the CA certificate that the device can use: “ESP8266 SSL: Get CA Certificate from Server…”.',
      ),
  },
  'name-elf': {
    terminal: () => l10n.t('Name the ELF it was made from with --upgrade FILE.'),
    editor: () => l10n.t('Name the ELF it was made from under "upgrades" in launch.json.'),
  },
  'name-outside': {
    terminal: () => l10n.t('Name a file inside the project, or name this one on the command line.'),
    editor: () => l10n.t('Name a file inside the project, or name this one in launch.json.'),
  },
  esptool: {
    terminal: () => l10n.t('Use Python’s esptool instead: --command prints the command.'),
    editor: () => l10n.t('Use Python’s esptool instead.'),
    button: () => l10n.t('Copy esptool Command'),
  },
  'own-serial-port': {
    terminal: () =>
      l10n.t(
        'Create a pair of serial ports yourself (with socat, or com0com on Windows) and name one end with --serial-port PORT.',
      ),
  },
  'warn-unanswered': {
    terminal: () => l10n.t('To have such functions return 0 instead, add --unanswered warn.'),
    editor: () =>
      l10n.t(
        'Continue to have it return 0, or set "unanswered": "warn" in launch.json to have all such functions return 0.',
      ),
  },
  'more-memory': {
    terminal: () => l10n.t('Or give Node.js more memory: NODE_OPTIONS=--max-old-space-size=4096.'),
  },
};

/** A text, and what solves what it says. */
interface Advice {
  text: string;
  remedies: readonly Remedy[];
}

/** A text with what solves it. */
export function advice(text: string, ...remedies: Remedy[]): Advice {
  return { text, remedies };
}

export type Said = string | Advice;

/** What solves what is said. */
export function remediesIn(said: Said): readonly Remedy[] {
  return typeof said === 'string' ? [] : said.remedies;
}

/** What is said, with the words for its remedies behind it. */
export function advised(said: Said, door: Door): string {
  if (typeof said === 'string') return said;
  return [said.text, ...said.remedies.flatMap(remedy => words[remedy][door]?.() ?? [])].join(' ');
}

/** The title of the button that does it; undefined for what no button can do. */
export function buttonOf(remedy: Remedy): string | undefined {
  return words[remedy].button?.();
}
