import * as l10n from '@vscode/l10n';
import type { CallbackEvent } from '../../../sdk/callbacks';
import type { Variable } from '../../source/functionFacts';
import type { ProgramFunction } from '../../program/program';
import type { Facts, Rule } from '../rule';
import type { Fix } from '../../../findings/finding';

/** What the callbacks of a connection take, by espconn.h. */
const parameters: Partial<Record<CallbackEvent, readonly string[]>> = {
  connect: ['void *arg'],
  disconnect: ['void *arg'],
  sent: ['void *arg'],
  reconnect: ['void *arg', 'sint8 err'],
  receive: ['void *arg', 'char *pdata', 'unsigned short len'],
};

const signedBytes = /^(?:sint8|int8|int8_t|s8|err_t|signed char)$/;

export const ssl090: Rule = {
  id: 'SSL090',
  group: 'parameters',
  severity: 'hint',
  title: () => l10n.t('Callback with wrong parameters'),
  explanation: () =>
    l10n.t(
      'The SDK passes the parameters that espconn.h declares: the error as sint8 to the reconnect callback, data and length to the receive callback. With other parameters they are lost or misread.',
    ),
  source: 'espconn.h of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

-static void ICACHE_FLASH_ATTR on_error(void *arg)
+static void ICACHE_FLASH_ATTR on_error(void *arg, sint8 error)
{
    os_printf("lost\n");
}

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    espconn_regist_reconcb(&client, (espconn_reconnect_callback)on_error);
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    const told = new Set<ProgramFunction>();
    for (const { event, function: callback, at } of facts.pointers.callbacks) {
      const wanted = parameters[event];
      if (wanted === undefined || told.has(callback)) continue;
      const own = callback.facts.parameters;
      const last = own.at(-1);
      const isError = event === 'reconnect' && last !== undefined && own.length === 2;
      if (own.length === wanted.length && !(isError && !isSigned(facts, last))) continue;
      told.add(callback);
      yield {
        at: facts.program.place(callback, callback.facts.nameRange),
        message: l10n.t('As a callback, {0} takes: {1}.', callback.name, wanted.join(', ')),
        related: [{ at, message: l10n.t('{0} is registered as a callback here.', callback.name) }],
        fixes: event === 'reconnect' ? errorFix(facts, callback) : [],
      };
    }
  },
};

function isSigned({ program }: Facts, { type }: Variable): boolean {
  return (
    type.pointers === 0 && (signedBytes.test(type.name) || signedBytes.test(program.structName(type.name)))
  );
}

/** Gives the error its type, or adds it, where nothing else depends on the parameters. */
function errorFix({ program, contexts }: Facts, callback: ProgramFunction): Fix[] {
  const isDeclared = program.units.some(({ chunks }) =>
    chunks.some(({ facts }) => facts.prototypes.some(({ name }) => name === callback.name)),
  );
  if (isDeclared || contexts.callers(callback).length > 0 || callback.expanded !== undefined) return [];
  const [first, error] = callback.facts.parameters;
  if (first === undefined || callback.facts.parameters.length > 2) return [];
  const range =
    error === undefined
      ? { start: first.nameRange.end, end: first.nameRange.end }
      : { start: error.declaration, end: error.nameRange.end };
  const text = error === undefined ? ', sint8 err' : `sint8 ${error.name}`;
  return [
    {
      title: l10n.t('Change to {0}', 'sint8'),
      edits: [{ ...program.place(callback, range), text }],
      safe: false,
    },
  ];
}
