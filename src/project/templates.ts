import * as l10n from '@vscode/l10n';

/** A firmware that a new project starts from: the files of samples/ID. */
export interface Template {
  id: string;
  name: () => string;
  description: () => string;
  /** The file with the breakpoint that its README suggests. */
  breakpoint: string;
  /** The TLS port of the device. */
  securePort: number;
}

/** In the order in which they are offered. */
export const templates: readonly Template[] = [
  {
    id: 'https-server',
    name: () => l10n.t('HTTPS server'),
    description: () => l10n.t('Serves a page over TLS.'),
    breakpoint: 'user/user_main.c',
    securePort: 443,
  },
  {
    id: 'http-and-https-server',
    name: () => l10n.t('HTTP and HTTPS server'),
    description: () => l10n.t('Serves the same pages over plain TCP and over TLS.'),
    breakpoint: 'user/webserver.c',
    securePort: 443,
  },
  {
    id: 'uart-bridge',
    name: () => l10n.t('UART bridge over TLS'),
    description: () => l10n.t('Connects a TLS client with the serial line.'),
    breakpoint: 'user/user_main.c',
    securePort: 2323,
  },
];
