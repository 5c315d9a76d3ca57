import { withoutCasts } from '../../source/expression';
import type { CallSite } from '../../program/program';
import type { Facts } from '../rule';

/** What stands for the same in the other group. */
export const functionsOfOtherGroup: ReadonlyMap<string, string> = new Map([
  ['espconn_sent', 'espconn_secure_sent'],
  ['espconn_send', 'espconn_secure_send'],
  ['espconn_disconnect', 'espconn_secure_disconnect'],
  ['espconn_abort', 'espconn_secure_disconnect'],
  ['espconn_secure_sent', 'espconn_sent'],
  ['espconn_secure_send', 'espconn_send'],
  ['espconn_secure_disconnect', 'espconn_disconnect'],
  ['espconn_connect', 'espconn_secure_connect'],
  ['espconn_secure_connect', 'espconn_connect'],
  ['espconn_accept', 'espconn_secure_accept'],
  ['espconn_secure_accept', 'espconn_accept'],
  ['espconn_delete', 'espconn_secure_delete'],
]);

/** Whether two calls stand for each other in the two groups. */
export function standFor({ name: one = '' }: CallSite, { name: other = '' }: CallSite): boolean {
  const isOf = (a: string, b: string) =>
    functionsOfOtherGroup.get(a)?.replace(/send$/, 'sent') === b.replace(/send$/, 'sent');
  return isOf(one, other) || isOf(other, one);
}

/** What a call does besides saying for which connection: its other arguments as written, without casts. */
export function sentText({ program }: Facts, { arguments: [, ...others], caller }: CallSite): string {
  return others
    .map(argument => {
      const { file, start, end } = program.place(caller, withoutCasts(argument));
      return program.textOf(file)?.slice(start, end).replace(/\s/g, '') ?? '';
    })
    .join();
}
