#!/usr/bin/env node
import * as l10n from '@vscode/l10n';
import { version } from '../package.json';
import { paintFor } from './cli/color';
import type { Output } from './cli/output';
import { terminalLocale, useLanguage } from './language';
import { ProblemError } from './problems';

/** As sysexits.h has it: an internal error of the program. */
const internalError = 70;
const badInput = 2;
/** As shells report a program that was interrupted. */
const interrupted = 130;

interface Command {
  help: () => string;
  run: (args: string[], output: Output, signal: AbortSignal) => Promise<number>;
}

/** Each command is loaded when it is asked for. */
const commands = new Map<string, () => Promise<Command>>([
  [
    'certs',
    async () => {
      const { certs, certsHelp } = await import('./cli/certs');
      return { help: certsHelp, run: certs };
    },
  ],
  [
    'inspect',
    async () => {
      const { inspect, inspectHelp } = await import('./cli/inspect');
      return { help: inspectHelp, run: inspect };
    },
  ],
  [
    'ca',
    async () => {
      const { ca, caHelp } = await import('./cli/ca');
      return { help: caHelp, run: ca };
    },
  ],
  [
    'check',
    async () => {
      const { check, checkHelp } = await import('./cli/check');
      return { help: checkHelp, run: check };
    },
  ],
  [
    'clangd',
    async () => {
      const { clangd, clangdHelp } = await import('./cli/clangd');
      return { help: clangdHelp, run: clangd };
    },
  ],
  [
    'flash',
    async () => {
      const { flash, flashHelp } = await import('./cli/flash');
      return { help: flashHelp, run: flash };
    },
  ],
  [
    'simulate',
    async () => {
      const { simulate, simulateHelp } = await import('./cli/simulate');
      return { help: simulateHelp, run: simulate };
    },
  ],
  [
    'demo',
    async () => {
      const { demo } = await import('./cli/demo');
      return { help: demoHelp, run: (_args, output, signal) => demo(output, signal) };
    },
  ],
]);

const output: Required<Output> = {
  out: line => process.stdout.write(`${line}\n`),
  write: text => process.stdout.write(text),
  error: line => process.stderr.write(`${line}\n`),
  paint: paintFor(process.stdout, process.env),
  paintError: paintFor(process.stderr, process.env),
};

void main(process.argv.slice(2)).then(code => {
  process.exitCode = code;
});

async function main(args: string[]): Promise<number> {
  // The reader of a pipe may leave early, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : internalError);
  });
  try {
    useLanguage(terminalLocale(process.env));
    return await run(args, interruption());
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return interrupted;
    if (error instanceof ProblemError) {
      output.error(output.paintError('red', error.message.replace(/\s*\n\s*/g, ' ')));
      return badInput;
    }
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    output.error(process.env['DEBUG'] ? (stack ?? message) : message);
    return internalError;
  }
}

async function run([name, ...args]: string[], signal: AbortSignal): Promise<number> {
  if (name === '--version') {
    output.out(version);
    return 0;
  }
  if (name === undefined || name === '--help' || name === '-h') {
    output.out(await help());
    return name === undefined ? badInput : 0;
  }
  const command = await commands.get(name)?.();
  if (!command) {
    throw new ProblemError({
      kind: 'usage',
      message: l10n.t('There is no command “{0}”. Commands: {1}.', name, [...commands.keys()].join(', ')),
    });
  }
  if (args.includes('--help') || args.includes('-h')) {
    output.out(command.help());
    return 0;
  }
  return command.run(args, output, signal);
}

async function help(): Promise<string> {
  const texts = [
    l10n.t('SSL/TLS for ESP8266 firmware built on the NON-OS SDK.'),
    ...(await Promise.all([...commands.values()].map(async load => (await load()).help()))),
    l10n.t(
      'esp8266-ssl --help, esp8266-ssl --version\nExit codes: 0 done, 1 the firmware failed, the device cannot talk to the server or an error was found, 2 bad input, 70 internal error.',
    ),
  ];
  return texts.join('\n\n');
}

function demoHelp(): string {
  return l10n.t(
    'esp8266-ssl demo\nShows the whole way once: certificates, a simulated device, a TLS client.',
  );
}

/** Aborted by the first Ctrl-C; a second one ends the program at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      controller.abort();
    });
  }
  return controller.signal;
}
