import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { checkedRequest } from '../certificates/request';
import { limits } from '../files/limits';
import { readFile } from '../files/readFile';
import type { Output } from './output';
import { parseOptions } from './parseOptions';

const defaultFolder = 'devices';
/** As a shell has it: 128 + SIGINT. */
const interrupted = 130;
const millisecondsBetweenReports = 2000;

export function certsDevicesHelp(): string {
  return l10n.t(
    `esp8266-ssl certs --devices LIST.csv [options]
Makes key, certificate and flash records of every device in a list, a folder each, and a manifest. Run again, it goes on where it was stopped.
The first row of the list names its columns: name, and as needed folder (or id), bits, hash, days, organization.

  --out FOLDER           where to write (default: {0})
  --ca FOLDER            where ca.crt and ca.key are (default: in --out, made if need be)
  --sign-with COMMAND    have another CA sign: {csr} is the file of the request, {crt} the file for the certificate (if the command has no
                         {crt}, what it prints is taken), {name} the name; --ca is then the file of the CA’s certificate
  --bits, --hash, --days, --organization   for rows that do not say it
  --json                 print the manifest as JSON`,
    defaultFolder,
  );
}

/** Runs `esp8266-ssl certs --devices`; resolves to the exit code. */
export async function certsDevices(args: string[], output: Output, signal: AbortSignal): Promise<number> {
  const { devices: list, out, ca, 'sign-with': signWith, json, ...others } = parse(args);
  const bytes = await readFile(list, limits.text);
  // Loaded after help and refusals.
  const { readDeviceList } = await import('../certificates/deviceList');
  const devices = readDeviceList(bytes, list, others);
  const [{ makeDevices }, { SignCommand }] = await Promise.all([
    import('../certificates/devices'),
    import('../certificates/signCommand'),
  ]);
  const result = await makeDevices({
    devices,
    out,
    ca,
    caRequest: checkedRequest({ ...others, name: devices[0]?.request.name ?? '' }),
    signCommand: signWith === undefined ? undefined : new SignCommand(signWith),
    signal,
    progress: reporter(output),
  });
  if (json) output.out(JSON.stringify(result.manifest, undefined, 2));
  else {
    output.out(l10n.t('{0} devices made, {1} were there, in {2}', result.made, result.kept, out));
    output.out(
      l10n.t('Manifest: {0} and {1}', path.join(out, 'manifest.csv'), path.join(out, 'manifest.json')),
    );
  }
  if (result.left === 0) return 0;
  output.error(l10n.t('Stopped with {0} devices left. The same command goes on.', result.left));
  return interrupted;
}

function parse(args: string[]) {
  const values = parseOptions(args, {
    devices: { type: 'string' },
    out: { type: 'string', default: defaultFolder },
    ca: { type: 'string' },
    'sign-with': { type: 'string' },
    bits: { type: 'string' },
    hash: { type: 'string' },
    days: { type: 'string' },
    organization: { type: 'string' },
    json: { type: 'boolean', default: false },
  });
  return { ...values, devices: values.devices ?? '' };
}

/** Says now and then how far it is. */
function reporter(output: Output): (made: number, toMake: number) => void {
  const start = Date.now();
  let last = start;
  return (made, toMake) => {
    const now = Date.now();
    if (now - last < millisecondsBetweenReports || made === toMake) return;
    last = now;
    const seconds = Math.ceil(((now - start) / made / 1000) * (toMake - made));
    output.error(l10n.t('{0} of {1} devices made, about {2} s left', made, toMake, seconds));
  };
}
