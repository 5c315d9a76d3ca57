import { parse } from './commandLine/parse';
import { doctorDescription } from './commands/start';
import { exitCodes } from './exitCodes';
import type { Output } from './output';

/** Runs `esp8266-ssl doctor`; resolves to the exit code. */
export async function doctor(args: string[], output: Output): Promise<number> {
  const {
    given,
    operands: [folder = '.'],
  } = parse(doctorDescription, args);
  const { doctorLines, doctorMarkdown, examine } = await import('../doctor/examine');
  const items = await examine(folder);
  if (given.json) output.out(JSON.stringify({ items }, undefined, 2), 'json');
  else if (given.markdown) output.out(doctorMarkdown(items), 'lines');
  else for (const line of doctorLines(items)) output.out(line);
  return items.some(({ state }) => state === 'problem') ? exitCodes.failed : exitCodes.done;
}
