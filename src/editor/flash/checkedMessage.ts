import { choiceNames, type MessageFromPage } from './pageMessages';

/** The fields of each message, with what is in them. */
const fields: Record<MessageFromPage['type'], Record<string, 'string' | 'number' | 'boolean'>> = {
  ready: {},
  type: { part: 'string', place: 'string' },
  move: { part: 'string', address: 'number' },
  drag: { part: 'string', address: 'number' },
  step: { part: 'string', sectors: 'number' },
  fit: { part: 'string' },
  remove: { part: 'string' },
  place: { address: 'number' },
  drop: { address: 'number', uris: 'string' },
  choose: { choice: 'string', value: 'string', sure: 'boolean' },
  fix: { note: 'number', button: 'number' },
  showText: { part: 'string' },
  showProblem: {},
};

/** A page is a border: returns what it sends if it is one of the messages, with numbers that are whole. */
export function checkedMessage(message: unknown): MessageFromPage | undefined {
  return isMessage(message) ? message : undefined;
}

function isMessage(message: unknown): message is MessageFromPage {
  if (typeof message !== 'object' || message === null) return false;
  const given = new Map<string, unknown>(Object.entries(message));
  const type = given.get('type');
  if (typeof type !== 'string' || !Object.hasOwn(fields, type)) return false;
  const expected = new Map(Object.entries(fields)).get(type) ?? {};
  return Object.entries(expected).every(([key, kind]) => {
    const value = given.get(key);
    if (key === 'choice') return choiceNames.some(known => known === value);
    if (key === 'address' && Number(value) < 0) return false;
    return typeof value === kind && (kind !== 'number' || Number.isSafeInteger(value));
  });
}
