import { flashMaps } from '../../flash/maps';
import type { Range } from '../../findings/range';
import type { Word } from './shellWords';

/** A library that a build file names, and where. */
export interface LinkedLibrary extends Range {
  /** What follows -l. */
  name: string;
  /** The lists that it is in: variables that it is added to, a command, an [env]. What is in one list is linked together. */
  lists: readonly List[];
  /** Whether -l is put before it by make itself. */
  prefixed: boolean;
  /** Whether it is a word of its own, and can be changed there. */
  written: boolean;
}

interface List {
  name: string;
  /** The branch of ifeq and the like in which it gets there; empty outside of all. */
  branch: readonly string[];
}

/** A file that esptool writes, and to which address. */
export interface FlashWrite extends Range {
  address: number;
  file: string;
}

/** What a Makefile, platformio.ini, script or tasks.json says about how firmware is built and flashed. */
export interface BuildFile {
  path: string;
  text: string;
  /** The paths of others whose lines are part of it. */
  includes: readonly string[];
  libraries: readonly LinkedLibrary[];
  /** Whether it links with libraries whose names are variables that are not known. */
  hasUnknownLibraries: boolean;
  /** Macros of -D, undefined for -U. Those that are uncertain are left out. */
  defines: ReadonlyMap<string, string | undefined>;
  /** The flash maps that it names, by their numbers. */
  maps: readonly number[];
  flashWrites: readonly FlashWrite[];
  /** Whether it names esp-open-sdk, which adds to the SDK's libraries what a firmware may lack. */
  namesOpenSdk: boolean;
  /** Whether it builds with the RTOS SDK. */
  isRtos: boolean;
}

/** Whether two libraries are linked together, and no condition chooses between them. */
export function areTogether(a: LinkedLibrary, b: LinkedLibrary): boolean {
  return a.lists.some(one =>
    b.lists.some(other => {
      const shorter = Math.min(one.branch.length, other.branch.length);
      const start = (branch: readonly string[]) => branch.slice(0, shorter).join();
      return one.name === other.name && start(one.branch) === start(other.branch);
    }),
  );
}

/** The library that a word links with: `-lssl`, `-l:libssl.a` or a path to it. */
export function libraryIn(word: string): string | undefined {
  return (
    /^-l:lib([\w.+-]+)\.a$/.exec(word)?.[1] ??
    /^-l([\w.+-]+)$/.exec(word)?.[1] ??
    /^(?!-)(?:.*[\\/])?lib([\w.+-]+)\.a$/.exec(word)?.[1]
  );
}

/** A word that the linker reads. */
export interface LinkerWord extends Word {
  /** Whether it is inside another word, from which it cannot be taken. */
  isInside: boolean;
}

/** Words of compilers with the parts of `-Wl,…` as words, and `-l name` as one. */
export function linkerWords(words: readonly Word[]): LinkerWord[] {
  const all = words.flatMap(word => {
    if (!word.text.startsWith('-Wl,')) return [{ ...word, isInside: false }];
    let { start } = word;
    return word.text.split(',').map(text => {
      const one = { text, start, end: start + text.length, isInside: true };
      start = one.end + 1;
      return one;
    });
  });
  const found: LinkerWord[] = [];
  for (let at = 0; at < all.length; at++) {
    const [word, next] = [all[at], all[at + 1]];
    if (word === undefined) break;
    if (word.text === '-l' && next !== undefined && /^[\w$:]/.test(next.text)) {
      found.push({ ...word, text: `-l${next.text}`, end: next.end });
      at++;
    } else found.push(word);
  }
  return found;
}

/** Libraries among words of a compiler in a text, as far as they are no variables. All of them are in one list. */
export function librariesIn(words: readonly LinkerWord[], text: string, list: string): LinkedLibrary[] {
  return words.flatMap(({ text: word, start, end, isInside }) => {
    const name = libraryIn(word);
    const written = !isInside && /^-l\s*\w/.test(text.slice(start, end));
    const lists = [{ name: list, branch: [] }];
    return name === undefined ? [] : [{ name, lists, prefixed: false, written, start, end }];
  });
}

/** Macros of -D and -U among words, in their order. */
export function definesIn(words: readonly Word[]): [string, string | undefined][] {
  const found: [string, string | undefined][] = [];
  for (let at = 0; at < words.length; at++) {
    const [, flag, glued = ''] = /^-([DU])([^]*)$/.exec(words[at]?.text ?? '') ?? [];
    if (flag === undefined) continue;
    const given = glued === '' ? (words[++at]?.text ?? '') : glued;
    const [, name, value] = /^([A-Za-z_]\w*)(?:=([^]*))?$/.exec(given) ?? [];
    if (name !== undefined) found.push([name, flag === 'U' ? undefined : (value ?? '1')]);
  }
  return found;
}

/** The files that esptool writes by these words, each behind its address. None where it only reads. */
export function flashWritesIn(words: readonly Word[]): FlashWrite[] {
  if (words.some(({ text }) => /^(?:read|dump|verify)[_-](?:flash|mem)$/.test(text))) return [];
  return words.flatMap(({ text: file, end }, at): FlashWrite[] => {
    const before = words[at - 1];
    // esptool-ck has an option before each: -ca 0x77000 -cf esp_ca_cert.bin.
    const address = before?.text === '-cf' && words[at - 3]?.text === '-ca' ? words[at - 2] : before;
    const isWritten = address !== undefined && isAddress.test(address.text) && isFlashFile.test(file);
    return isWritten ? [{ address: Number(address.text), file, start: address.start, end }] : [];
  });
}

/** Images and records, and certificates that somebody takes for records. */
export const isFlashFile = /\.(?:bin|cer|crt|der|pem|key)$/i;

const isAddress = /^0x[0-9a-f]{1,8}$/i;

/** The map that esptool is told by --flash_size, under its names of today and of before. */
export function mapsIn(words: readonly Word[]): number[] {
  return words.flatMap(({ text }, at) => {
    const [, glued] = /^(?:--flash[_-]size|-fs)(?:=(.*))?$/.exec(text) ?? [];
    const isOption = /^(?:--flash[_-]size|-fs)(?:=|$)/.test(text);
    const size = isOption ? (glued ?? words[at + 1]?.text ?? '') : '';
    // Mbit with a small m.
    const megabits = /^(\d+)m(-c1)?$/.exec(size);
    const kilobytes = megabits === null ? 0 : Number(megabits[1]) * 128;
    const name =
      megabits === null
        ? size
        : `${kilobytes < 1024 ? `${kilobytes}KB` : `${kilobytes / 1024}MB`}${megabits[2] ?? ''}`;
    return flashMaps.filter(({ esptool }) => esptool === name).map(({ id }) => id);
  });
}
