import path from 'node:path';

/** What a sentence calls a folder: “.” and “..” by their full path, as a full stop or nothing is all that they look like. */
export function folderName(folder: string): string {
  return /^(?:\.\.?\/?)*$/.test(folder) ? path.resolve(folder) : folder;
}
