import https from 'node:https';
import path from 'node:path';
import { TLSSocket } from 'node:tls';
import * as l10n from '@vscode/l10n';
import { limits } from '../files/limits';
import { readFile } from '../files/readFile';
import { listenAddress } from '../simulator/network/ports';
import type { DeviceEvent } from '../simulator/events';
import { loadSimulator } from '../simulator/load';
import { certs } from './certs';
import { parse } from './commandLine/parse';
import { demoDescription } from './commands/projects';
import { eventPrinter } from './eventPrinter';
import type { Output } from './output';

/** Time for the device to open its port and answer, in ms; it needs less than one second. */
const patience = 20_000;

/**
 * Runs `esp8266-ssl demo`: certificates for the sample, the sample on the simulated device, and a TLS client that
 * verifies it. Resolves to the exit code.
 */
export async function demo(args: string[], output: Output, signal: AbortSignal): Promise<number> {
  parse(demoDescription, args);
  const sample = path.relative('', path.join(__dirname, '..', 'samples', 'https-server')) || '.';
  const certificates = path.join(sample, 'ssl');
  const made = await certs(['--name', listenAddress, '--out', certificates, '--reuse'], output);
  if (made !== 0) return made;
  output.out('');

  const simulator = await loadSimulator({
    program: path.join(sample, 'firmware.elf'),
    certificates,
    ports: new Map([[443, 0]]),
  });
  simulator.events.listen(eventPrinter(output));
  const listening = new Promise<number>((resolve, reject) => {
    simulator.events.listen((event: DeviceEvent) => {
      if (event.kind === 'listening') resolve(event.port);
    });
    simulator.onEnd = () => {
      reject(new Error(l10n.t('The simulated device stopped before it responded.')));
    };
    signal.addEventListener('abort', () => {
      simulator.end();
    });
    setTimeout(() => {
      reject(new Error(l10n.t('The simulated device did not open its port.')));
    }, patience).unref();
  });
  try {
    simulator.start();
    const answer = await ask(
      await listening,
      await readFile(path.join(certificates, 'ca.crt'), limits.certificates),
    );
    output.out('');
    output.out(
      l10n.t(
        'The device is verified by {0}; {1}, {2}. It answers:',
        path.join(certificates, 'ca.crt'),
        answer.protocol,
        answer.cipher,
      ),
    );
    output.out(answer.text.trimEnd(), 'lines');
    output.out('');
  } finally {
    simulator.onEnd = () => undefined;
    simulator.end();
  }
  output.out(
    l10n.t('What next: “npm run editor” opens the sample in VS Code; F5 there runs it in the debugger.'),
  );
  output.out(l10n.t('“{0} certs --name ADDRESS” generates certificates for your own device.', program()));
  output.out(l10n.t('“{0} simulate FIRMWARE.elf” runs your own firmware; Ctrl-C ends it.', program()));
  return 0;
}

/** How this program was started, for a reader to start it again. */
function program(): string {
  const file = process.argv[1] ?? '';
  return path.basename(file) === 'cli.js' ? `node ${path.relative('', file)}` : 'esp8266-ssl';
}

interface Answer {
  protocol: string;
  cipher: string;
  text: string;
}

/** Asks the device for its page as a browser does, and trusts nobody but `ca`. */
function ask(port: number, ca: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = https.get(
      { host: listenAddress, port, path: '/', ca, agent: false, timeout: patience },
      response => {
        const { socket } = response;
        const secure = socket instanceof TLSSocket;
        const protocol = (secure ? socket.getProtocol() : undefined) ?? '';
        const cipher = secure ? socket.getCipher().name : '';
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () => {
          resolve({
            protocol,
            cipher,
            text: `HTTP/${response.httpVersion} ${response.statusCode ?? ''} ${response.statusMessage ?? ''}\n${Buffer.concat(pieces).toString()}`,
          });
        });
        response.on('error', reject);
      },
    );
    request.on('timeout', () =>
      request.destroy(new Error(l10n.t('The simulated device did not respond in time.'))),
    );
    request.on('error', reject);
  });
}
