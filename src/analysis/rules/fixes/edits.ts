import * as l10n from '@vscode/l10n';
import { branchesAt, sharedBranches } from '../../source/branches';
import { inStyle, type SourceText, sourceText } from '../../source/codeStyle';
import type { CallSite, Program, ProgramFunction, ProgramVariable } from '../../program/program';
import type { Place } from '../../../findings/range';
import type { Fix } from '../../../findings/finding';
import type { FileEdit } from '../../../findings/textEdit';

/** A fix, where there are edits for it. */
export function fixOf(title: string, edits: readonly FileEdit[], safe = false): Fix[] {
  return edits.length === 0 ? [] : [{ title, edits, safe }];
}

/** Whether a call is in the text as it is, as a statement of its own: only then can it be edited. */
export function isPlainStatement(site: CallSite): boolean {
  return statementPlace(site) !== undefined && site.event.name === site.name;
}

/** The statement that a call is; undefined where a macro brings it or directives are inside it. */
function statementPlace({ caller, event }: CallSite): Place | undefined {
  const { statement } = event;
  if (caller.expanded !== undefined || statement === undefined) return undefined;
  const [start, end] = [caller.base + statement.start, caller.base + statement.end];
  const isBroken = sourceText(caller.unit).directives.some(each => each.start > start && each.start < end);
  return isBroken ? undefined : { file: caller.unit.path, start, end };
}

/** Puts statements in the place of the one that a call is; a tab at the beginning of a line is one level of indentation. */
export function replaceStatement(site: CallSite, lines: readonly string[]): FileEdit[] {
  const place = statementPlace(site);
  if (place === undefined || !isPlainStatement(site)) return [];
  return withLines(sourceText(site.caller.unit), place, lines);
}

/** Removes the statement that a call is, with its line where nothing else is there. */
export function removeStatement(site: CallSite): FileEdit[] {
  const place = statementPlace(site);
  if (place === undefined || !isPlainStatement(site)) return [];
  const { text, code } = sourceText(site.caller.unit);
  const line = lineAround(text, place);
  const isAlone = !/\S/.test(text.slice(line.start, place.start) + text.slice(place.end, line.end));
  const needsOne = /[:)]$|\b(?:else|do)$/.test(codeBefore(code, place.start));
  if (!isAlone || needsOne) return [{ ...place, text: ';' }];
  return [{ ...place, ...line, end: behindLineBreak(text, line.end), text: '' }];
}

/** Puts statements before the one that a call is. */
export function beforeStatement(site: CallSite, statements: readonly string[]): FileEdit[] {
  const place = statementPlace(site);
  if (place === undefined) return [];
  const source = sourceText(site.caller.unit);
  const { text, code, style } = source;
  if (loneBody(code, place.start) !== undefined)
    return withLines(source, place, [...statements, text.slice(place.start, place.end)]);
  const head = text.slice(lineAround(text, place).start, place.start);
  const between = /\S/.test(head) ? ' ' : style.newLine + head;
  return [{ ...place, end: place.start, text: statements.map(each => `${each}${between}`).join('') }];
}

/** Moves the statement that a call is before the one that another call is; nothing where they are not in one block. */
export function moveBefore(site: CallSite, target: CallSite): FileEdit[] {
  const [from, to] = [statementPlace(site), statementPlace(target)];
  if (from === undefined || to === undefined || site.caller !== target.caller) return [];
  if (site.event.decision !== target.event.decision) return [];
  const { text, code, directives, style } = sourceText(site.caller.unit);
  const [here, there] = [branchesAt(directives, from.start), branchesAt(directives, to.start)];
  if (here.length !== there.length || sharedBranches(here, there) < here.length) return [];
  const line = lineAround(text, from);
  const indent = text.slice(lineAround(text, to).start, to.start);
  if (/\S/.test(indent) || /\S/.test(text.slice(line.start, from.start))) return [];
  const rest = text.slice(from.end, line.end);
  if (/\S/.test(rest.replace(/\/\/.*|\/\*.*\*\//, ''))) return [];
  if ([from, to].some(({ start }) => /[:)]$|\b(?:else|do)$/.test(codeBefore(code, start)))) return [];
  return [
    { ...to, end: to.start, text: `${text.slice(from.start, from.end)}${style.newLine}${indent}` },
    { ...from, ...line, end: behindLineBreak(text, line.end), text: '' },
  ];
}

/** Puts lines in the place of a statement, in braces where it is the only one behind an if. */
function withLines(
  { text, code, directives, style }: SourceText,
  place: Place,
  lines: readonly string[],
): FileEdit[] {
  const line = lineAround(text, place);
  const head = text.slice(line.start, place.start);
  const opensLine = !/\S/.test(head);
  const opener = loneBody(code, place.start);
  if (opener === undefined) {
    // Behind something on the same line the code around has several statements on a line.
    const joined = opensLine
      ? inStyle(lines, style, head).slice(head.length)
      : lines.map(each => each.trim()).join(' ');
    return [{ ...place, text: joined }];
  }
  const { newLine, indent } = style;
  const around =
    /^[ \t]*/.exec(text.slice(lineAround(text, { start: opener, end: opener }).start))?.[0] ?? '';
  const outer = !opensLine ? around : head.endsWith(indent) ? head.slice(0, -indent.length) : around;
  const body = inStyle(lines, style, opensLine ? head : outer + indent);
  const isBelow = style.braceBelow || directives.some(({ start }) => start >= opener && start < place.start);
  const blank = /[ \t]*$/.exec(head)?.[0].length ?? 0;
  const start = opensLine && !isBelow ? line.start : place.start - (opensLine ? head.length : blank);
  const brace = isBelow ? `${opensLine ? '' : newLine}${outer}{${newLine}` : opensLine ? '' : ` {${newLine}`;
  const edits: FileEdit[] = [{ ...place, start, text: brace + body }];
  if (!isBelow && opensLine) edits.push({ ...place, start: opener, end: opener, text: ' {' });
  // A comment behind the statement stays with it.
  const hasComment = /^[ \t]*(?:\/\/.*|\/\*.*\*\/[ \t]*)$/.test(text.slice(place.end, line.end));
  const end = hasComment || !/\S/.test(text.slice(place.end, line.end)) ? line.end : place.end;
  const otherwise = isBelow ? null : /^\s*\belse\b/.exec(text.slice(end));
  const until = otherwise === null ? end : end + otherwise[0].length - 'else'.length;
  edits.push({
    ...place,
    start: end,
    end: until,
    text: `${newLine}${outer}}${otherwise === null ? '' : ' '}`,
  });
  return edits;
}

/** The code before a place, without the blanks behind it: enough to see what it ends with. */
function codeBefore(code: string, offset: number): string {
  const end = codeEnd(code, offset);
  return code.slice(Math.max(0, end - 8), end);
}

function codeEnd(code: string, offset: number): number {
  let end = offset;
  while (end > 0 && /\s/.test(code[end - 1] ?? '')) end--;
  return end;
}

/** Behind `)`, `else` or `do` where a statement is all that belongs to it; undefined in a block. */
function loneBody(code: string, start: number): number | undefined {
  return /(?:\)|\b(?:else|do))$/.test(codeBefore(code, start)) ? codeEnd(code, start) : undefined;
}

/** The lines that a place begins and ends in, without the last line break. */
function lineAround(text: string, { start, end }: { start: number; end: number }) {
  const lineBreak = text.indexOf('\n', end);
  const last = lineBreak < 0 ? text.length : text[lineBreak - 1] === '\r' ? lineBreak - 1 : lineBreak;
  return { start: start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1, end: Math.max(last, end) };
}

function behindLineBreak(text: string, end: number): number {
  const lineBreak = text.indexOf('\n', end);
  return lineBreak < 0 ? text.length : lineBreak + 1;
}

/** Makes a local variable static, where that changes no more than how long it lives. */
export function makeStatic({ variable, owner }: ProgramVariable): Fix[] {
  if (owner === undefined || owner.expanded !== undefined) return [];
  const { unit, base } = owner;
  const start = base + variable.declaration;
  const { code } = sourceText(unit);
  const declaration = code.slice(start, code.indexOf(';', start));
  // A static variable is initialized once, and by constants.
  if (declaration.replace(/=\s*(?:\{[\s,0]*\}|0|NULL)/g, '').includes('=')) return [];
  return fixOf(l10n.t('Make {0} static', variable.name), [
    { file: unit.path, start, end: start, text: 'static ' },
  ]);
}

/** An argument as the source has it. */
export function argumentText(program: Program, site: CallSite, index: number): string | undefined {
  const argument = site.arguments[index];
  if (argument === undefined) return undefined;
  const { file, start, end } = program.place(site.caller, argument);
  return program.textOf(file)?.slice(start, end);
}

/** Puts code before a function and its comment, under the same conditions of the preprocessor as what is at `offset` in it. */
export function beforeFunction(within: ProgramFunction, offset: number, lines: readonly string[]): FileEdit {
  const { unit, base, facts } = within;
  const { text, comments, directives, style } = sourceText(unit);
  let start = withComment(text, comments, base + facts.start);
  const needed = branchesAt(directives, base + offset);
  let given = branchesAt(directives, start);
  while (sharedBranches(given, needed) < given.length) {
    // One of the heads that a function may have.
    start = lineAround(text, { start: given.at(-1)?.start ?? 0, end: start }).start;
    given = branchesAt(directives, start);
  }
  const added = needed.slice(given.length);
  const all = [...added.map(({ opening }) => opening), ...lines, ...added.map(() => '#endif'), '', ''];
  return { file: unit.path, start, end: start, text: inStyle(all, style) };
}

/** Where a function begins, with the comment above it. */
function withComment(text: string, comments: SourceText['comments'], from: number): number {
  let start = from;
  for (const comment of comments.filter(({ end }) => end <= from).toReversed()) {
    if (!/^[ \t]*\r?\n?[ \t]*$/.test(text.slice(comment.end, start))) break;
    const line = lineAround(text, comment);
    if (/\S/.test(text.slice(line.start, comment.start))) break;
    start = comment.start;
  }
  return start;
}

/** A function as its neighbour is written: brace, attribute. */
export function functionLike(
  { unit, base, facts }: ProgramFunction,
  result: string,
  rest: string,
  body: readonly string[],
): string[] {
  const { text } = unit;
  const isBelow = /\n\s*$/.test(text.slice(base + facts.nameRange.end, base + facts.body.start));
  const attribute = /\bICACHE_FLASH_ATTR\b/.test(text) ? 'ICACHE_FLASH_ATTR ' : '';
  const head = `${result} ${attribute}${rest}`;
  return [...(isBelow ? [head, '{'] : [`${head} {`]), ...body.map(line => `\t${line}`), '}'];
}

/** A name that no text of the program has yet. */
function freshName(program: Program, wanted: string): string {
  let name = wanted;
  for (let number = 2; program.units.some(({ text }) => hasWord(text, name)); number++)
    name = `${wanted}${number}`;
  return name;
}

function hasWord(text: string, word: string): boolean {
  return text.includes(word) && new RegExp(`\\b${word}\\b`).test(text);
}

/** A name for what a fix adds for a call: another one for each call of its kind in a function, as their fixes may be made together. */
export function nameFor(program: Program, site: CallSite, suffix: string): string {
  const alike = program.sitesIn(site.caller).filter(({ name }) => name === site.name);
  const number = alike.indexOf(site) + 1;
  return freshName(program, `${site.caller.name}_${suffix}${number > 1 ? number : ''}`);
}

/** A function that such a fix has added before, where the conditions of the preprocessor are no other than at the call. */
export function addedBefore(
  program: Program,
  site: CallSite,
  suffix: string,
  isSame: (candidate: ProgramFunction) => boolean,
): ProgramFunction | undefined {
  const { name, unit, base } = site.caller;
  const { directives } = sourceText(unit);
  const here = branchesAt(directives, base + site.event.start);
  return program.functions.find(each => {
    if (each.unit !== unit || each.expanded !== undefined || !each.name.startsWith(`${name}_${suffix}`))
      return false;
    const there = branchesAt(directives, each.base + each.facts.start);
    return sharedBranches(there, here) === there.length && isSame(each);
  });
}

/** Makes the same call from a timer instead: nothing, or the edits that belong together. */
export function deferred(program: Program, site: CallSite, suffix: string, milliseconds: number): FileEdit[] {
  const connection = argumentText(program, site, 0);
  const { caller } = site;
  if (connection === undefined || !isPlainStatement(site)) return [];
  const known = addedBefore(program, site, suffix, each => defersTo(program, site, each, connection));
  const later = known?.name ?? nameFor(program, site, suffix);
  const timer = `${later}_timer`;
  const replaced = replaceStatement(site, [
    `os_timer_disarm(&${timer});`,
    `os_timer_setfn(&${timer}, (os_timer_func_t *)${later}, ${connection});`,
    `os_timer_arm(&${timer}, ${milliseconds}, 0);`,
  ]);
  if (known !== undefined) return replaced;
  const added = [
    `static os_timer_t ${timer};`,
    '',
    ...functionLike(caller, 'static void', `${later}(void *arg)`, [
      `${site.name ?? ''}((struct espconn *)arg);`,
    ]),
  ];
  return [beforeFunction(caller, site.event.start, added), ...replaced];
}

/** Whether a function is what a timer of this caller calls for the same connection. */
function defersTo(program: Program, site: CallSite, later: ProgramFunction, connection: string): boolean {
  const [only, ...others] = program.sitesIn(later);
  if (only?.name !== site.name || others.length > 0) return false;
  return program
    .sitesIn(site.caller)
    .some(
      each =>
        /^(?:os|ets)_timer_setfn$/.test(each.name ?? '') &&
        argumentText(program, each, 0) === `&${later.name}_timer` &&
        argumentText(program, each, 2) === connection,
    );
}
