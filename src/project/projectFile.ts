import { existsSync } from 'node:fs';
import path from 'node:path';
import { parse, type ParseError, printParseErrorCode } from 'jsonc-parser';
import { limits } from '../files/limits';
import { readFileIfThere } from '../files/readFile';
import { ProblemError } from '../problems';

/** The file in a project's folder that says what belongs to the project. */
export const projectFileName = 'esp8266-ssl.json';

/**
 * The folder whose project's file holds for `folder`: itself, else the nearest around it, no further than the repository that it is in.
 * Undefined where there is none. Returned as `folder` is given: absolute or relative.
 */
export function projectFolderOf(folder: string): string | undefined {
  for (let here = path.resolve(folder); ; here = path.dirname(here)) {
    if (existsSync(path.join(here, projectFileName)))
      return path.isAbsolute(folder) ? here : path.relative('.', here) || '.';
    if (existsSync(path.join(here, '.git')) || here === path.dirname(here)) return undefined;
  }
}

/**
 * The part of a project's file with this name; undefined when the folder has no such file or the file no such part.
 * Comments and trailing commas are allowed. Throws a Problem that names file and line when it cannot be read.
 */
export async function readProjectPart(folder: string, name: string): Promise<unknown> {
  const file = path.join(folder, projectFileName);
  const text = await readProjectText(folder);
  if (text === undefined) return undefined;
  const project = parseProject(text, file);
  return typeof project === 'object' && project !== null
    ? new Map<string, unknown>(Object.entries(project)).get(name)
    : undefined;
}

/** Parses the text of a project's file. Throws a Problem that names `file` and line when it is no JSON. */
export function parseProject(text: string, file: string): unknown {
  const errors: ParseError[] = [];
  const project: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    const line = text.slice(0, error.offset).split('\n').length;
    throw new ProblemError({
      kind: 'project-file-broken',
      file,
      line,
      reason: printParseErrorCode(error.error),
    });
  }
  return project;
}

/** The text of a project's file; undefined where there is none. Throws a Problem when it cannot be read. */
export async function readProjectText(folder: string): Promise<string | undefined> {
  return (await readFileIfThere(path.join(folder, projectFileName), limits.text))?.toString();
}
