/** What an event of a debug session has in its body, by name: nothing for what is not an object. Any program may have sent it. */
export function eventBody(body: unknown): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>(typeof body === 'object' && body !== null ? Object.entries(body) : []);
}
