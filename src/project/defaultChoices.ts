import type { CertificateChoices } from './schema';

/** What a certificate gets in the project unless it is chosen otherwise: the device's own address as an access point. */
export const defaultChoices = {
  folder: 'ssl',
  files: 'folder',
  make: 'server',
  name: '192.168.4.1',
} as const satisfies CertificateChoices;
