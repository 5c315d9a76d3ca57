import * as l10n from '@vscode/l10n';
import { checkedRequest } from '../certificates/request';
import type { Output } from './output';
import { parseOptions } from './parseOptions';

const defaultFolder = 'bad-certificates';
/** The simulated device. */
const defaultName = '127.0.0.1';

export function certsBadSetHelp(): string {
  return l10n.t(
    `esp8266-ssl certs --bad-set [options]
Makes certificates to test with, each with one fault and in a folder named by it, and a README that says what to expect of each.

  --name NAME            the right address or name (default: {0})
  --out FOLDER           a new folder (default: {1})
  --bits, --hash, --days, --organization   as above
  --json                 print what is to be expected as JSON`,
    defaultName,
    defaultFolder,
  );
}

/** Runs `esp8266-ssl certs --bad-set`; resolves to the exit code. */
export async function certsBadSet(args: string[], output: Output): Promise<number> {
  const { out, json, ...options } = parse(args);
  const request = checkedRequest(options);
  // Loaded after help and refusals.
  const { writeBadSet } = await import('../certificates/writeBadSet');
  const examples = await writeBadSet(request, out);
  if (json) {
    output.out(JSON.stringify(examples, undefined, 2));
    return 0;
  }
  output.out(
    l10n.t('Bad certificates for {0} in {1}; README.md there says what to expect.', request.name, out),
  );
  const width = Math.max(...examples.map(({ fault }) => fault.length));
  for (const { fault, what } of examples) output.out(`  ${fault.padEnd(width)}  ${what}`);
  return 0;
}

function parse(args: string[]) {
  return parseOptions(args, {
    'bad-set': { type: 'boolean' },
    name: { type: 'string', default: defaultName },
    out: { type: 'string', default: defaultFolder },
    bits: { type: 'string' },
    hash: { type: 'string' },
    days: { type: 'string' },
    organization: { type: 'string' },
    json: { type: 'boolean', default: false },
  });
}
