import { structOf } from '../../sdk/types';

/**
 * Where the named members of a struct of the SDK lie, in bytes, and its `size`, as the SDK's headers give them. The struct
 * is named by its tag. Throws when it has no such member: a mistake of ours.
 */
export function layoutOf<Name extends string = never>(
  struct: string,
  ...names: Name[]
): Record<Name | 'size', number> {
  const { size, members } = structOf(struct);
  const layout = new Map<string, number>([['size', size]]);
  for (const name of names) {
    const member = members.find(candidate => candidate.name === name);
    if (member === undefined) throw new Error(`struct ${struct} has no member ${name}`);
    layout.set(name, member.offset);
  }
  return Object.fromEntries(layout) as Record<Name | 'size', number>;
}
