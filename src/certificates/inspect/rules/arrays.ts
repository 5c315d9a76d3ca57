import { arrayNames } from '../fileNames';
import type { Call, Item } from '../model';
import { dataOf, type Role, roleOf } from '../setters';
import type { Subject } from './rule';

/** What an array of the SDK's headers is for, by its name. */
export function defaultRole(name: string): Role | undefined {
  if (name === arrayNames.certificate) return 'certificate';
  return name === arrayNames.privateKey ? 'key' : undefined;
}

/** The array that the first argument of a call names; undefined where there are several of that name. */
export function arrayOf(call: Call, { inspection, others }: Subject): Item | undefined {
  const name = dataOf(call.arguments[0]);
  const found = [inspection, ...others]
    .flatMap(({ items }) => items)
    .filter(item => item.array !== undefined && item.name === name);
  return found.length === 1 ? found[0] : undefined;
}

/** What all calls of the project give the device as its certificate, or as its key; undefined for what is not known. */
export function givenArrays(role: Role, subject: Subject): (Item | undefined)[] {
  return [subject.inspection, ...subject.others].flatMap(({ calls }) =>
    calls.filter(call => roleOf(call) === role).map(call => arrayOf(call, subject)),
  );
}
