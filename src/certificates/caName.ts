import { randomBytes } from 'node:crypto';

const commonName = 'ESP8266 CA';

/** The common name of a new CA. Clients look an issuer up by its name: no two CAs may share one. */
export function newCaName(): string {
  return `${commonName} ${randomBytes(3).toString('hex')}`;
}

/** Whether one CA takes the place of another one: its subject is the same, or both were made here for the same organization. */
export function takesPlaceOf(subject: string, other: string): boolean {
  const series = (name: string) => name.replace(new RegExp(`\\b${commonName} [0-9a-f]{6}\\b`), commonName);
  return series(subject) === series(other);
}
