import type { Chunk } from '../source/chunks';
import type { Macro } from '../source/preprocess';
import { touchesFlash } from '../../sdk/effects';
import { functions } from '../../sdk/functions';
import { type ChunkReader, maxChunk } from './chunkReader';

/** A file as one configuration compiles it. */
interface SourceChunks {
  macros: ReadonlyMap<string, Macro>;
  chunks: readonly Chunk[];
}

/** What reads and writes the flash. */
const flashNames = functions.map(({ name }) => name).filter(touchesFlash);

/** Names that make a function worth reading although it does not mention connections. */
const tellingNames = [
  'user_init',
  'user_pre_init',
  'user_rf_cal_sector_set',
  'sntp_init',
  'system_os_post',
  'system_os_task',
  'os_timer_setfn',
  'system_partition_table_regist',
  'system_upgrade_start_ssl',
  'os_delay_us',
  ...flashNames,
];

/**
 * The texts of chunks that have to do with connections, directly or by what they call or are called by. The others are not parsed.
 */
export function relevantTexts(files: readonly SourceChunks[], chunkReader: ChunkReader): ReadonlySet<string> {
  const chunks = new Map<string, Chunk>();
  for (const file of files)
    for (const chunk of file.chunks) if (chunk.text.length <= maxChunk) chunks.set(chunk.text, chunk);
  const telling = new Set<string>(tellingNames);
  for (const file of files)
    for (const [name, { body }] of file.macros)
      if (/espconn|spi_flash_|system_param_/.test(body) && body.length < 2000) telling.add(name);
  const wanted = new Set<string>();
  const byIdentifier = new Map<string, string[]>();
  const definers = new Map<string, string[]>();
  const queue: string[] = [];
  const want = (text: string) => {
    if (wanted.has(text)) return;
    wanted.add(text);
    queue.push(text);
  };
  for (const [text, chunk] of chunks) {
    const { identifiers: names } = chunkReader.known(chunk);
    for (const name of names) {
      const users = byIdentifier.get(name);
      if (users === undefined) byIdentifier.set(name, [text]);
      else users.push(text);
    }
    for (const name of definedNames(chunk)) definers.set(name, [...(definers.get(name) ?? []), text]);
    if (text.includes('espconn') || [...names].some(name => telling.has(name))) want(text);
    if (!chunk.isFunction && /\b(?:struct|enum|typedef|union)\b/.test(text.slice(0, 400))) wanted.add(text);
  }
  const first = [...queue];
  for (let text = queue.pop(); text !== undefined; text = queue.pop()) {
    const chunk = chunks.get(text);
    if (chunk === undefined) continue;
    for (const name of definedNames(chunk)) for (const user of byIdentifier.get(name) ?? []) want(user);
  }
  for (const text of first) {
    const chunk = chunks.get(text);
    if (chunk === undefined) continue;
    for (const name of chunkReader.known(chunk).identifiers)
      for (const definer of definers.get(name) ?? []) wanted.add(definer);
  }
  // What the functions that are read keep outside of themselves.
  for (const text of [...wanted]) {
    const chunk = chunks.get(text);
    if (chunk?.isFunction !== true) continue;
    for (const name of chunkReader.known(chunk).identifiers)
      for (const definer of definers.get(name) ?? [])
        if (chunks.get(definer)?.isFunction === false) wanted.add(definer);
  }
  return wanted;
}

/** The function's name, or the names that a declaration introduces before its values. */
function definedNames(chunk: Chunk): string[] {
  if (chunk.isFunction) {
    const head = chunk.text.slice(0, chunk.text.indexOf('{'));
    const [, name] = /([A-Za-z_]\w*)\s*\(/.exec(head) ?? [];
    return name === undefined ? [] : [name];
  }
  const [head = ''] = chunk.text.split('=', 1);
  if (/[({]/.test(head)) return [];
  return head
    .replace(/;\s*$/, '')
    .split(',')
    .flatMap(declarator => /([A-Za-z_]\w*)\s*(?:\[[^\]]*\]\s*)*$/.exec(declarator)?.[1] ?? []);
}
