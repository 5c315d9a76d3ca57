/**
 * Returns the text of a source file. UTF-8 where the bytes are that; else GB 18030, in which vendors' comments are written (and
 * which never hides the end of a line or of a comment). A byte order mark is not a part of the text, as in editors.
 */
export function decodeSource(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}
