import * as l10n from '@vscode/l10n';
import { parseServerAddress } from '../certificates/server/serverAddress';
import { analysisSettings } from '../project/analysisSettings';
import { linkedLibrary } from '../project/linkedLibrary';
import { readTarget } from '../project/target';
import { writeNewFile } from '../files/writeNewFile';
import { checkedNumber, parse } from './commandLine/parse';
import { caDescription } from './commands/projects';
import { exitCodes } from './exitCodes';
import { targetWithOptions } from './targetOptions';
import type { Output } from './output';

/** Runs `esp8266-ssl ca`; resolves to the exit code. */
export async function ca(args: string[], output: Output, signal: AbortSignal): Promise<number> {
  const { given: values, operands } = parse(caDescription, args);
  const place = parseServerAddress(operands[0] ?? '');
  const { sdk, library, abilities } = linkedLibrary(targetWithOptions(values, await readTarget('.')));
  const { least, most, initial } = abilities.buffer;
  const { buffer = initial } = values;
  const { severities } = await analysisSettings('.');
  checkedNumber('buffer', String(buffer), { least, most, whole: true });

  // Loaded last: help and refusals need not wait for the ASN.1 library.
  const [{ visitServer }, { checkCompatibility }, { deviceText, reportJson, reportLines, reportOf }] =
    await Promise.all([
      import('../certificates/server/visit'),
      import('../certificates/server/compatibility'),
      import('../certificates/server/report'),
    ]);
  const visit = await visitServer(place, abilities, { signal }).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (visit === undefined) return exitCodes.interrupted;
  const judgement = checkCompatibility(visit, { abilities, buffer });
  const { caFile, unusableFile, verdict } = judgement;
  const device = deviceText(library, sdk, buffer);
  if (!values.json)
    for (const line of reportLines(reportOf(visit, judgement, device, severities))) output.out(line);
  const bytes = caFile ?? (values.force ? unusableFile : undefined);
  const written = bytes !== undefined && writeNewFile(values.out, bytes, values.force);
  if (values.json) {
    const file = bytes === undefined ? null : values.out;
    const found = reportJson(visit, judgement, severities);
    const result = { device: { sdk, library, buffer }, ...found, file, written };
    output.out(JSON.stringify(result, undefined, 2), 'json');
  } else if (bytes !== undefined) {
    output.out(
      written
        ? l10n.t('{0} written ({1} bytes).', values.out, bytes.length)
        : l10n.t('{0} has this certificate already.', values.out),
    );
  } else if (unusableFile !== undefined) {
    output.out(
      l10n.t('{0} is not written; --force writes it with this certificate all the same.', values.out),
    );
  }
  return verdict === 'no' ? exitCodes.failed : exitCodes.done;
}
