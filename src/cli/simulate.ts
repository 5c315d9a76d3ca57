import { existsSync } from 'node:fs';
import * as l10n from '@vscode/l10n';
import { recordFolder } from '../project/recordFolder';
import { type LaunchOptions, loadSimulator } from '../simulator/load';
import { checkLaunchSettings, launchOptions, readProjectSettings } from '../simulator/settings';
import { eventPrinter } from './eventPrinter';
import { exitCode } from './exitCode';
import type { Output } from './output';
import { simulateAtSerialLine } from './serialLine';
import { parseArguments, usage } from './parseOptions';

export function simulateHelp(): string {
  return l10n.t(`esp8266-ssl simulate FIRMWARE.elf [options]
Runs a firmware on a simulated ESP8266 until it is interrupted. What esp8266-ssl.json says under "simulator" holds too.

  --certificates FOLDER  put the certificate files of this folder into the flash (default: ssl, if there)
  --flash ADDRESS=FILE   put a file into the flash, for example 0x78000=esp_cert_private_key.bin (repeatable)
  --upgrade FILE         the ELF of firmware that an upgrade over the network brings (repeatable)
  --flash-size SIZE      256KB, 512KB, 1MB, 2MB, 4MB, 8MB or 16MB (default: 4MB)
  --flash-image FILE     keep the whole flash in this file between runs
  --serial               act as a board on a serial port: wait for flashing, then boot (needs python3)
  --serial-port PORT     the same on an existing port, such as one end of a pair made by socat
  --port DEVICE=PORT     open a port of the device at this port of the computer, 0 for a free one (repeatable)
  --host NAME=PLACE      a name for the device to resolve, for example broker.example=127.0.0.1:8883 (repeatable)
  --outbound ALLOWED     what the device may connect to: allow, loopback or deny (default: allow)
  --delay MS, --loss SHARE, --reorder SHARE, --bandwidth BYTES, --seed NUMBER
                         what the network does to packets, in each direction
  --reserve BYTES        heap taken away before user_init
  --unanswered WHAT      at a call of an unimplemented function: stop, or warn and return 0
  --resets NUMBER        end when the device is reset more often (default: after five failures in a row)
  --seconds NUMBER       end after this time
  --capture FILE         write all packets of the device as pcapng, for Wireshark
  --trace                show callbacks, heap and TLS records
  --json                 print every event as a line of JSON`);
}

/** Runs `esp8266-ssl simulate`; resolves to the exit code. */
export async function simulate(args: string[], output: Output, signal: AbortSignal): Promise<number> {
  const options = await parse(args);
  if (options.serial !== undefined) {
    return simulateAtSerialLine({ ...options, port: options.serial }, output, signal);
  }
  const simulator = await loadSimulator(options.launch);
  simulator.events.listen(
    options.json
      ? event => {
          output.out(JSON.stringify(event));
        }
      : eventPrinter(output, options.trace),
  );
  let finished = false;
  return new Promise(resolve => {
    simulator.onEnd = reason => {
      resolve(finished ? 0 : exitCode(reason));
    };
    signal.addEventListener('abort', () => {
      simulator.end();
    });
    if (options.duration !== undefined) {
      setTimeout(() => {
        finished = true;
        simulator.end();
      }, options.duration).unref();
    }
    simulator.start();
  });
}

export interface SimulateOptions {
  launch: LaunchOptions;
  /** The serial port to be a chip at; empty for a pseudo-terminal of its own, undefined for none. */
  serial: string | undefined;
  json: boolean;
  trace: boolean;
  /** ms. */
  duration: number | undefined;
}

async function parse(args: string[]): Promise<SimulateOptions> {
  const { values, positionals } = parseCommandLine(args);
  const [program, ...others] = positionals;
  if (program === undefined || others.length > 0) throw usage(l10n.t('Name one firmware ELF file.'));
  const project = await readProjectSettings('.');
  const given = {
    program,
    upgrades: values.upgrade,
    certificates: values.certificates,
    flash: pairs('flash', values.flash, l10n.t('ADDRESS=FILE, for example 0x78000=esp_cert_private_key.bin')),
    ports: mapValues(pairs('port', values.port, l10n.t('DEVICE=PORT, for example 443=9443')), Number),
    network: {
      ...project.network,
      ...defined({
        outbound: values.outbound,
        hosts: pairs('host', values.host, l10n.t('NAME=PLACE, for example broker.example=127.0.0.1:8883')),
        delay: numeric(values.delay),
        loss: numeric(values.loss),
        reorder: numeric(values.reorder),
        bandwidth: numeric(values.bandwidth),
        seed: numeric(values.seed),
      }),
    },
    flashSize: values['flash-size'],
    flashImage: values['flash-image'],
    reservedHeap: numeric(values.reserve),
    unanswered: values.unanswered,
    resets: numeric(values.resets),
    capture: values.capture,
  };
  const settings = checkLaunchSettings({ ...project, ...defined(given) });
  const made = await recordFolder('.');
  const usual = existsSync(made) ? { certificates: made } : {};
  const seconds = numeric(values.seconds);
  if (seconds !== undefined && !(seconds > 0)) throw usage(l10n.t('--seconds must be a number above 0.'));
  return {
    launch: launchOptions({ ...usual, ...settings }, '.'),
    serial: values['serial-port'] ?? (values.serial ? '' : undefined),
    json: values.json,
    trace: values.trace,
    duration: seconds === undefined ? undefined : seconds * 1000,
  };
}

function parseCommandLine(args: string[]) {
  const text = { type: 'string' } as const;
  const list = { type: 'string', multiple: true } as const;
  const flag = { type: 'boolean', default: false } as const;
  return parseArguments(args, {
    certificates: text,
    flash: list,
    upgrade: list,
    'flash-size': text,
    'flash-image': text,
    port: list,
    host: list,
    outbound: text,
    delay: text,
    loss: text,
    reorder: text,
    bandwidth: text,
    seed: text,
    reserve: text,
    unanswered: text,
    resets: text,
    seconds: text,
    capture: text,
    serial: flag,
    'serial-port': text,
    json: flag,
    trace: flag,
  });
}

/** "443=9443" and the like as an object; undefined without any. */
function pairs(
  option: string,
  given: string[] | undefined,
  form: string,
): Record<string, string> | undefined {
  if (given === undefined) return undefined;
  return Object.fromEntries(
    given.map(text => {
      const at = text.indexOf('=');
      if (at <= 0 || at === text.length - 1)
        throw usage(l10n.t('--{0} {1} is not of the form {2}.', option, text, form));
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function mapValues<T>(
  object: Record<string, string> | undefined,
  convert: (value: string) => T,
): Record<string, T> | undefined {
  return object && Object.fromEntries(Object.entries(object).map(([key, value]) => [key, convert(value)]));
}

/** What is no number becomes none, for the schema to refuse. */
function numeric(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** Without the properties that are undefined. */
function defined(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
