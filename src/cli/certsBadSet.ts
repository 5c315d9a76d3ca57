import * as l10n from '@vscode/l10n';
import { checkedRequest } from '../certificates/request';
import { parse } from './commandLine/parse';
import { badSetDescription } from './commands/certs';
import type { Output } from './output';

/** Runs `esp8266-ssl certs --bad-set`; resolves to the exit code. */
export async function certsBadSet(args: string[], output: Output, signal: AbortSignal): Promise<number> {
  const { out, json, ...options } = parse(badSetDescription, args).given;
  const request = checkedRequest(options);
  // Loaded after help and refusals.
  const { writeBadSet } = await import('../certificates/writeBadSet');
  const examples = await writeBadSet(request, out, signal);
  if (json) {
    output.out(JSON.stringify(examples, undefined, 2), 'json');
    return 0;
  }
  output.out(
    l10n.t('Bad certificates for {0} in {1}; README.md there says what to expect.', request.name, out),
  );
  const width = Math.max(...examples.map(({ fault }) => fault.length));
  for (const { fault, what } of examples) output.out(`  ${fault.padEnd(width)}  ${what}`);
  return 0;
}
