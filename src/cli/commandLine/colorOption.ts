import { type ColorChoice, colorChoices } from '../color';
import { checkedChoice } from './parse';

/** Takes --color out of the arguments: it holds for every command, and for the refusal of the rest. */
export function withoutColor(args: readonly string[]): { color: ColorChoice; rest: string[] } {
  const rest: string[] = [];
  let color: ColorChoice = 'auto';
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '--') return { color, rest: [...rest, ...args.slice(at)] };
    const [option, inline] = /^--color(?:=(.*))?$/s.exec(arg) ?? [];
    if (option === undefined) rest.push(arg);
    else color = checkedChoice('color', inline ?? args[++at] ?? '', colorChoices);
  }
  return { color, rest };
}
