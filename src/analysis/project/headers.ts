import { type FindHeader, includedName } from '../source/preprocess';
import type { Scan } from '../source/scan';

/** Whether a file is there to be included, by its name. */
export function isHeader(path: string): boolean {
  return /\.(?:h|hpp|inc)$/i.test(path);
}

/** Finds headers among files by what an #include says and where it is. */
export function headerFinder(scans: ReadonlyMap<string, Scan>): FindHeader {
  const byName = new Map<string, string[]>();
  for (const path of scans.keys()) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    byName.set(name, [...(byName.get(name) ?? []), path]);
  }
  const find = (name: string, from: string): string | undefined => {
    const wanted = name.replaceAll('\\', '/').replace(/^(?:\.\.?\/)+/, '');
    const candidates = byName.get(wanted.slice(wanted.lastIndexOf('/') + 1)) ?? [];
    const folder = from.slice(0, from.lastIndexOf('/') + 1);
    const path =
      candidates.find(candidate => candidate === folder + name) ??
      nearest(
        candidates.filter(candidate => candidate === wanted || candidate.endsWith(`/${wanted}`)),
        from,
      );
    // These headers of the SDK include the application's configuration (include/ of SDK 2.0.0 to 3.0.6).
    if (path === undefined && /^(?:osapi|user_interface)\.h$/.test(wanted))
      return find('user_config.h', from);
    return path;
  };
  /** What was found, by the folder that it was looked for from. */
  const found = new Map<string, string | undefined>();
  return (name, from) => {
    const key = `${from.slice(0, from.lastIndexOf('/') + 1)}\n${name}`;
    if (!found.has(key)) found.set(key, find(name, from));
    const path = found.get(key);
    const scan = path === undefined ? undefined : scans.get(path);
    return path === undefined || scan === undefined ? undefined : { path, scan };
  };
}

/** Of several paths the one that shares most folders with another one, then the one that lies in the fewest. */
function nearest(paths: readonly string[], from: string): string | undefined {
  if (paths.length < 2) return paths[0];
  const folders = from.split('/').slice(0, -1);
  const distance = (path: string) => {
    const own = path.split('/').slice(0, -1);
    const at = own.findIndex((folder, index) => folder !== folders[index]);
    const shared = at < 0 ? own.length : at;
    return own.length - 100 * shared;
  };
  return [...paths].sort((a, b) => distance(a) - distance(b))[0];
}

/** The sources and the headers that they include, directly or not: what others define holds for nobody. */
export function compiled(
  scans: ReadonlyMap<string, Scan>,
  findHeader: FindHeader,
): ReadonlyMap<string, Scan> {
  const reached = new Map<string, Scan>();
  const queue = [...scans].filter(([path]) => !isHeader(path));
  // A header may be all there is.
  if (queue.length === 0) return scans;
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const [path, scan] = next;
    if (reached.has(path)) continue;
    reached.set(path, scan);
    for (const { kind, text } of scan.directives) {
      const name = kind === 'include' ? includedName(text) : undefined;
      const header = name === undefined ? undefined : findHeader(name, path);
      if (header !== undefined) queue.push([header.path, header.scan]);
    }
  }
  return reached;
}
