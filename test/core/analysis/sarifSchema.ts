import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { Log } from 'sarif';

/** Whether a value is valid by the published schema of SARIF 2.1.0. */
export const isSarif = (() => {
  const file = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  const published = new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as object));
  // It says draft 4, which Ajv does not know by name, but uses nothing that later drafts read otherwise.
  published.delete('$schema');
  published.delete('id');
  // One of its patterns has a bracket too many, which only regular expressions without the flag u forgive.
  const ajv = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false });
  return ajv.compile<Log>(Object.fromEntries(published));
})();
