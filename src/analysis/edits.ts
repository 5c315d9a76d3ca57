import type { CallSite, Program, ProgramFunction } from './program';
import type { Edit } from './rule';

/** Whether a call stands in the text as it is, as a statement of its own: only then can it be edited. */
export function isPlainStatement(site: CallSite): boolean {
  return (
    site.caller.expanded === undefined && site.event.statement !== undefined && site.event.name === site.name
  );
}

/** Replaces the whole statement that a call is; undefined where it is none. */
export function replaceStatement(program: Program, site: CallSite, text: string): Edit | undefined {
  const { statement } = site.event;
  if (!isPlainStatement(site) || statement === undefined) return undefined;
  return { ...program.place(site.caller, statement), text };
}

/** Puts code before the function that a call stands in. */
export function beforeFunction(program: Program, within: ProgramFunction, text: string): Edit {
  const { start } = within.facts;
  return { ...program.place(within, { start, end: start }), text };
}

/** An argument as the source has it. */
export function argumentText(program: Program, site: CallSite, index: number): string | undefined {
  const argument = site.arguments[index];
  if (argument === undefined) return undefined;
  const { file, start, end } = program.place(site.caller, argument);
  return program.textOf(file)?.slice(start, end);
}

/** A name that nothing in the program has yet. */
export function freshName(program: Program, within: ProgramFunction, wanted: string): string {
  const taken = (name: string) =>
    program.functionsNamed(name, within.unit).length > 0 || program.variable(name, within) !== undefined;
  let name = wanted;
  for (let number = 2; taken(name); number++) name = `${wanted}${number}`;
  return name;
}

/** Puts statements before the statement that a call is, or is part of at the beginning of its line. */
export function beforeStatement(program: Program, site: CallSite, statements: readonly string[]): Edit[] {
  if (site.caller.expanded !== undefined) return [];
  const { statement } = site.event;
  if (statement === undefined) return [];
  const place = program.place(site.caller, statement);
  const text = program.textOf(place.file);
  if (text === undefined) return [];
  const indent = text.slice(text.lastIndexOf('\n', place.start) + 1, place.start);
  if (/\S/.test(indent)) {
    // Behind something on the same line, such as an if without braces.
    const own = text.slice(place.start, place.end);
    return [{ ...place, text: `{ ${statements.join(' ')} ${own} }` }];
  }
  return [{ ...place, end: place.start, text: statements.map(each => `${each}\n${indent}`).join('') }];
}

/** Makes the same call from a timer instead: nothing, or the edits that belong together. */
export function deferred(program: Program, site: CallSite, suffix: string, milliseconds: number): Edit[][] {
  const connection = argumentText(program, site, 0);
  const { caller } = site;
  const timer = freshName(program, caller, `${caller.name}_${suffix}_timer`);
  const later = freshName(program, caller, `${caller.name}_${suffix}`);
  const replaced = replaceStatement(
    program,
    site,
    `{ os_timer_disarm(&${timer}); os_timer_setfn(&${timer}, (os_timer_func_t *)${later}, ${connection}); os_timer_arm(&${timer}, ${milliseconds}, 0); }`,
  );
  if (connection === undefined || replaced === undefined) return [];
  const added = [
    `static os_timer_t ${timer};`,
    '',
    `static void ICACHE_FLASH_ATTR ${later}(void *arg)`,
    '{',
    `    ${site.name}((struct espconn *)arg);`,
    '}',
    '',
    '',
  ].join('\n');
  return [[beforeFunction(program, caller, added), replaced]];
}
