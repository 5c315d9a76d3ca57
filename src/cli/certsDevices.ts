import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { checkedRequest } from '../certificates/request';
import { limits } from '../files/limits';
import { readFile } from '../files/readFile';
import { parse } from './commandLine/parse';
import { devicesDescription } from './commands/certs';
import { exitCodes } from './exitCodes';
import type { Output } from './output';

const millisecondsBetweenReports = 2000;

/** Runs `esp8266-ssl certs --devices`; resolves to the exit code. */
export async function certsDevices(args: string[], output: Output, signal: AbortSignal): Promise<number> {
  const { given } = parse(devicesDescription, args);
  const { devices: list = '', out, ca, 'sign-with': signWith, json, ...others } = given;
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
    caRequest: checkedRequest({ ...others, name: devices[0]?.request.name ?? '' }, devices[0]?.role),
    signCommand: signWith === undefined ? undefined : new SignCommand(signWith),
    signal,
    progress: reporter(output),
  });
  if (json) output.out(JSON.stringify(result.manifest, undefined, 2), 'json');
  else {
    output.out(l10n.t('{0} devices generated, {1} kept, in {2}', result.made, result.kept, out));
    output.out(
      l10n.t('Manifest: {0} and {1}', path.join(out, 'manifest.csv'), path.join(out, 'manifest.json')),
    );
  }
  if (result.left === 0) return 0;
  output.error(l10n.t('Stopped with {0} devices left. Run the same command to continue.', result.left));
  return exitCodes.interrupted;
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
    output.error(l10n.t('{0} of {1} devices generated, about {2} s left', made, toMake, seconds));
  };
}
