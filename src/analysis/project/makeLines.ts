import type { Range } from '../../findings/range';

/**
 * A line as make reads it: lines joined by a backslash are one, a comment is truncated. `text` is as long as in the file up to there, so
 * that places in it are places in the file: a backslash and the line end behind it are vertical tabs, which are blanks.
 */
export interface MakeLine extends Range {
  text: string;
  content:
    | { kind: 'condition'; isElse: boolean; word: ConditionWord | undefined; rest: string }
    | { kind: 'assignment'; name: string; operator: string; value: string; valueStart: number }
    | { kind: 'include'; names: string }
    /** A command of a rule, or a line of `define` that may become one. */
    | { kind: 'recipe' }
    /** A rule, a line of `define`, or anything else. */
    | { kind: 'other' };
}

export type ConditionWord = 'ifeq' | 'ifneq' | 'ifdef' | 'ifndef' | 'endif';

/** Reads the lines of a Makefile. Any text gives some. */
export function* makeLines(text: string): Iterable<MakeLine> {
  let isInRule = false;
  let isInDefinition = false;
  for (const { start, whole } of logicalLines(text)) {
    const isCommand = whole.startsWith('\t');
    const line = withoutComment(whole);
    const at = { start, end: start + line.length, text: line };
    if (isInDefinition || /^\s*define\s/.test(line)) {
      isInDefinition = !/^\s*endef\b/.test(line);
      yield { ...at, content: { kind: isCommand ? 'recipe' : 'other' } };
      continue;
    }
    const condition = isCommand && isInRule ? undefined : conditionIn(line);
    if (condition !== undefined) yield { ...at, content: condition };
    else if (isCommand && isInRule) yield { ...at, content: { kind: 'recipe' } };
    else {
      const content = assignmentIn(line, start) ?? includeIn(line) ?? { kind: 'other' };
      if (content.kind === 'assignment') isInRule = false;
      else isInRule ||= content.kind === 'other' && line.includes(':');
      yield { ...at, content };
    }
  }
}

/** What make sees of a line: the blanks around the joint of two lines are one. */
export function joined(text: string): string {
  return text.replace(/[ \t]*\v[ \t\v]*/g, ' ');
}

type Content<Kind extends MakeLine['content']['kind']> = Extract<MakeLine['content'], { kind: Kind }>;

function conditionIn(line: string): Content<'condition'> | undefined {
  const [, otherwise, word, rest = ''] =
    /^\s*(else\b\s*)?(?:(ifeq|ifneq|ifdef|ifndef|endif)\b)?(.*)$/.exec(line) ?? [];
  if (otherwise === undefined && word === undefined) return undefined;
  return {
    kind: 'condition',
    isElse: otherwise !== undefined,
    word: conditionWords.find(each => each === word),
    rest: joined(rest),
  };
}

const conditionWords: readonly ConditionWord[] = ['ifeq', 'ifneq', 'ifdef', 'ifndef', 'endif'];

function assignmentIn(line: string, start: number): Content<'assignment'> | undefined {
  const [head, name, operator] =
    /^\s*(?:(?:export|override|private)\s+)*([^\s:#=+?!]+)\s*(:{0,3}=|[+?!]=)\s*/.exec(line) ?? [];
  if (head === undefined || name === undefined || operator === undefined) return undefined;
  const value = line.slice(head.length).trimEnd();
  return { kind: 'assignment', name, operator, value, valueStart: start + head.length };
}

function includeIn(line: string): Content<'include'> | undefined {
  const names = /^\s*(?:-include|sinclude|include)\s+(.*)$/.exec(line)?.[1];
  return names === undefined ? undefined : { kind: 'include', names: joined(names) };
}

function* logicalLines(text: string): Iterable<{ start: number; whole: string }> {
  // An even number of backslashes is a number of backslashes.
  const lines = text
    .replace(/(?<!\\)((?:\\\\)*)\\(\r?)\n/g, (_, before: string, cr: string) => `${before}\v\v${cr && '\v'}`)
    .replace(/\r\n/g, ' \n')
    .replaceAll('\r', '\n');
  let start = 0;
  for (const whole of lines.split('\n')) {
    yield { start, whole };
    start += whole.length + 1;
  }
}

function withoutComment(line: string): string {
  const comment = /(?<!\\)#/.exec(line)?.index;
  return comment === undefined ? line : line.slice(0, comment);
}
