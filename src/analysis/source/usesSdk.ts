/** Whether a text of C looks like a firmware's: it starts there, or calls espconn. */
export function usesSdk(text: string): boolean {
  return /\bespconn_\w+\s*\(|\buser_init\s*\(/.test(text);
}
