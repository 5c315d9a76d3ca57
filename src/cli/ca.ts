import * as l10n from '@vscode/l10n';
import { parsePlace } from '../certificates/server/place';
import { linkedLibrary } from '../project/linkedLibrary';
import { readTarget } from '../project/target';
import { writeNewFile } from '../files/writeNewFile';
import { checkedNumber, parse } from './commandLine/parse';
import { caDescription } from './commands/projects';
import { exitCodes } from './exitCodes';
import { givenTarget } from './givenTarget';
import type { Output } from './output';

/** Runs `esp8266-ssl ca`; resolves to the exit code. */
export async function ca(args: string[], output: Output, signal: AbortSignal): Promise<number> {
  const { given: values, operands } = parse(caDescription, args);
  const place = parsePlace(operands[0] ?? '');
  const { sdk, library, abilities } = linkedLibrary(givenTarget(values, await readTarget('.')));
  const { least, most, initial } = abilities.buffer;
  const { buffer = initial } = values;
  checkedNumber('buffer', String(buffer), { least, most, whole: true });

  // Loaded last: help and refusals need not wait for the ASN.1 library.
  const [{ visitServer }, { judge }, { deviceText, reportJson, reportLines, reportOf }] = await Promise.all([
    import('../certificates/server/visit'),
    import('../certificates/server/judge'),
    import('../certificates/server/report'),
  ]);
  const visit = await visitServer(place, abilities, { signal }).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (visit === undefined) return exitCodes.interrupted;
  const judgement = judge(visit, { abilities, buffer });
  const { caFile, verdict } = judgement;
  if (!values.json)
    for (const line of reportLines(reportOf(visit, judgement, deviceText(library, sdk, buffer))))
      output.out(line);
  const written = caFile !== undefined && writeNewFile(values.out, caFile, values.force);
  if (values.json) {
    const file = caFile === undefined ? null : values.out;
    const result = { device: { sdk, library, buffer }, ...reportJson(visit, judgement), file, written };
    output.out(JSON.stringify(result, undefined, 2), 'json');
  } else if (caFile !== undefined) {
    output.out(
      written
        ? l10n.t('{0} written ({1} bytes).', values.out, caFile.length)
        : l10n.t('{0} has this certificate already.', values.out),
    );
  }
  return verdict === 'no' ? exitCodes.failed : exitCodes.done;
}
