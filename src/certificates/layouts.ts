/**
 * What the files of a set are called: in a clean folder, as the SDK's makefile.sh of 2015 (manual 1.0, SDK 2.0 and 2.1) calls them,
 * or as the makefile.sh of SDK 2.2 and later does.
 */
export const layouts = ['folder', 'script-2015', 'script-2.2'] as const;
export type Layout = (typeof layouts)[number];

/** Which side of a connection a certificate is for. */
export const roles = ['server', 'client'] as const;
export type Role = (typeof roles)[number];

/** Whose certificates are made. The firmware gets the client's pair where there is one, as in the SDK's script. */
export const roleChoices = [...roles, 'both'] as const;
export type RoleChoice = (typeof roleChoices)[number];

/** What a file of a set holds. `own` is the pair that the firmware gets. */
export type Content =
  | 'own header'
  | 'own key header'
  | 'own records'
  | 'CA records'
  | `${'CA' | Role} PEM`
  | `${'CA' | Role} DER`
  | `${'CA' | Role} key PEM`
  | `${Role} key DER`;

/** Relative path → content, in the order in which files are listed. */
export type FileNames = readonly (readonly [string, Content])[];

/** The files of a set unless other names are asked for. */
export const cleanFolder: FileNames = [
  ['cert.h', 'own header'],
  ['private_key.h', 'own key header'],
  ['esp_ca_cert.bin', 'CA records'],
  ['esp_cert_private_key.bin', 'own records'],
  ['ca.crt', 'CA PEM'],
  ['ca.cer', 'CA DER'],
  ['ca.key', 'CA key PEM'],
  ['server.crt', 'server PEM'],
  ['server.cer', 'server DER'],
  ['server.key', 'server key PEM'],
  ['server.key.der', 'server key DER'],
  ['client.crt', 'client PEM'],
  ['client.cer', 'client DER'],
  ['client.key', 'client key PEM'],
  ['client.key.der', 'client key DER'],
];

/** What it leaves behind in the folder SSL of the SDK's tools; its make_cert.py adds the record files. */
function scriptOf2015(role: Role, bits: number): FileNames {
  return [
    ['cert.h', 'own header'],
    ['private_key.h', 'own key header'],
    ['esp_ca_cert.bin', 'CA records'],
    ['esp_cert_private_key.bin', 'own records'],
    ['TLS.ca_key.pem', 'CA key PEM'],
    ['TLS.ca_x509.pem', 'CA PEM'],
    ['TLS.ca_x509.cer', 'CA DER'],
    [`TLS.key_${bits}.pem`, `${role} key PEM`],
    [`TLS.key_${bits}`, `${role} key DER`],
    [`TLS.x509_${bits}.pem`, `${role} PEM`],
    [`TLS.x509_${bits}.cer`, `${role} DER`],
  ];
}

const scriptOfSdk22: FileNames = [
  ['bin/esp_ca_cert.bin', 'CA records'],
  ['bin/esp_cert_private_key.bin', 'own records'],
  ['include/cert.h', 'own header'],
  ['include/private_key.h', 'own key header'],
  ['ca/ca.crt', 'CA PEM'],
  ['ca/ca.key', 'CA key PEM'],
  ['server/server.crt', 'server PEM'],
  ['server/server.key', 'server key PEM'],
  ['client/client.crt', 'client PEM'],
  ['client/client.key', 'client key PEM'],
];

/** The files of a set whose firmware has a key of `bits` and plays `role`: the script of 2015 names its only pair by the size. */
export function fileNames(layout: Layout, role: Role, bits: number): FileNames {
  switch (layout) {
    case 'folder':
      return cleanFolder;
    case 'script-2015':
      return scriptOf2015(role, bits);
    case 'script-2.2':
      return scriptOfSdk22;
  }
}

/** The name of the file with this content; throws if the layout has none. */
export function nameOf(names: FileNames, content: Content): string {
  const found = names.find(([, each]) => each === content);
  if (found === undefined) throw new Error(`no file for ${content}`);
  return found[0];
}

/** Whether the file holds a private key. */
export function isSecret(content: Content): boolean {
  return content.includes(' key ') || content === 'own records';
}
