import type { Layout, RoleChoice } from '../certificates/layouts';

/** What a user has chosen for the certificates of a project. Paths are relative to the project's folder. */
export interface CertificateChoices {
  folder?: string;
  files?: Layout;
  make?: RoleChoice;
  name?: string;
  clientName?: string;
  organization?: string;
  bits?: number;
  hash?: string;
  days?: number;
  ca?: { certificate: string; key?: string };
}

/** What a certificate gets in the project unless it is chosen otherwise: the device's own address as an access point. */
export const defaultChoices = {
  folder: 'ssl',
  files: 'folder',
  make: 'server',
  name: '192.168.4.1',
} as const satisfies CertificateChoices;
