import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as l10n from '@vscode/l10n';
import { ProblemError } from '../problems';
import { type LaunchOptions, loadSimulator } from '../simulator/load';
import type { EndReason } from '../simulator/simulator';
import { eventPrinter } from './eventPrinter';
import type { Output } from './output';

/** Where `esp8266-ssl certs` writes when it is not told. */
const defaultCertificates = 'ssl';

/** Exit code of a run that the firmware itself ended: exception, missing function. */
const failed = 1;
const badInput = 2;
/** As shells report a program that was interrupted. */
const interrupted = 130;

export function simulateHelp(): string {
  return l10n.t(`esp8266-ssl simulate FIRMWARE.elf [options]
Runs a firmware on a simulated ESP8266 until it is interrupted.

  --certificates FOLDER  put the certificate files of this folder into the flash (default: ssl, if there)
  --flash ADDRESS=FILE   put a file into the flash, for example 0x78000=esp_cert_private_key.bin (repeatable)
  --port DEVICE=PORT     open a port of the device at this port of the computer, 0 for a free one (repeatable)
  --trace                show every callback into the firmware
  --json                 print every event as a line of JSON`);
}

/** Runs `esp8266-ssl simulate`; resolves to the exit code. */
export async function simulate(args: string[], output: Output, signal: AbortSignal): Promise<number> {
  const options = parse(args);
  const simulator = await loadSimulator(options.launch);
  simulator.events.listen(
    options.json
      ? event => {
          output.out(JSON.stringify(event));
        }
      : eventPrinter(output, options.trace),
  );
  return new Promise(resolve => {
    simulator.onEnd = reason => {
      resolve(exitCode(reason));
    };
    signal.addEventListener('abort', () => {
      simulator.end();
    });
    simulator.start();
  });
}

interface SimulateOptions {
  launch: LaunchOptions;
  json: boolean;
  trace: boolean;
}

function parse(args: string[]): SimulateOptions {
  const { values, positionals } = parseArguments(args);
  const [program, ...others] = positionals;
  if (program === undefined || others.length > 0) throw usage(l10n.t('Name one firmware ELF file.'));
  const certificates =
    values.certificates ?? (existsSync(defaultCertificates) ? defaultCertificates : undefined);
  return {
    launch: {
      program,
      certificates,
      flash: new Map((values.flash ?? []).map(flashFile)),
      ports: new Map((values.port ?? []).map(portPair)),
    },
    json: values.json,
    trace: values.trace,
  };
}

function parseArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        certificates: { type: 'string' },
        flash: { type: 'string', multiple: true },
        port: { type: 'string', multiple: true },
        json: { type: 'boolean', default: false },
        trace: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function flashFile(text: string): [number, string] {
  const match = /^(0x[0-9a-f]+|\d+)=(.+)$/i.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw usage(
      l10n.t(
        '--flash {0} is not of the form ADDRESS=FILE, for example 0x78000=esp_cert_private_key.bin.',
        text,
      ),
    );
  }
  return [Number(match[1]), match[2]];
}

function portPair(text: string): [number, number] {
  const match = /^(\d+)=(\d+)$/.exec(text);
  const ports = match?.slice(1).map(Number) ?? [];
  const [device, host] = ports;
  if (device === undefined || host === undefined || ports.some(port => port > 65535)) {
    throw usage(
      l10n.t('--port {0} is not of the form DEVICE=PORT with ports up to 65535, for example 443=9443.', text),
    );
  }
  return [device, host];
}

function usage(message: string): ProblemError {
  return new ProblemError({ kind: 'usage', message });
}

function exitCode(reason: EndReason): number {
  switch (reason) {
    case 'stopped':
      return interrupted;
    case 'restart':
    case 'deep-sleep':
      return 0;
    case 'problem':
      return badInput;
    case 'exception':
    case 'watchdog':
    case 'not-offered':
      return failed;
  }
}
