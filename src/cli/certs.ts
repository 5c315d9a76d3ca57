import path from 'node:path';
import * as l10n from '@vscode/l10n';
import type { CaFiles } from '../certificates/existingIdentities';
import { consequences, defaultsFor, objections } from '../certificates/forLibrary';
import type { GeneratedFile } from '../certificates/generate';
import type { CertificateFacts } from '../certificates/identity';
import { importNotes } from '../certificates/importNotes';
import type { Content } from '../certificates/layouts';
import type { CertificateOptions } from '../certificates/request';
import { checkedSet, roleNamed, type SetOptions } from '../certificates/setRequest';
import type { WrittenSet } from '../certificates/writeFiles';
import { limits } from '../files/limits';
import { readFile } from '../files/readFile';
import { checkPaths, type ProjectChoices, readChoices } from '../project/choices';
import { linkedLibrary } from '../project/linkedLibrary';
import { editProjectFile } from '../project/editProject';
import {
  caSettings,
  type CertificateChoices,
  certificateSettings,
  defaultChoices,
  targetSettings,
  trustSettings,
} from '../project/settings/certificates';
import { defaultFolder } from '../project/defaultFolder';
import { defaultTarget, type Target } from '../project/target';
import { advised } from '../text/remedies';
import type { Given } from './commandLine/description';
import { parse } from './commandLine/parse';
import { settingsFrom } from './commandLine/settingOptions';
import { certsDescription, csrDescription, importDescription } from './commands/certs';
import { gitNotes } from './gitNotes';
import { targetWithOptions } from './targetOptions';
import type { Output } from './output';
import { refuseFolders } from './refuseFolders';

/** Runs `esp8266-ssl certs`; resolves to the exit code. */
export async function certs(args: string[], output: Output, signal?: AbortSignal): Promise<number> {
  const { given: values } = parse(certsDescription, args);
  const { target, folder, options, ca, trust } = await choicesFrom(values);
  checkedSet(options, options);
  // Loaded last: help and refusals need not wait for the X.509 library.
  const { writeCertificates } = await import('../certificates/makers');
  const result = await writeCertificates(options, folder, {
    newCa: values['new-ca'],
    reuse: values.reuse,
    ca,
    trust,
    abilities: linkedLibrary(target).abilities,
    evenIfRefused: values.force,
    signal,
    ...(await protection(values)),
  });
  if (values.save) await save(values);
  const notes = [
    ...objections(linkedLibrary(target).abilities, {
      ca: result.set.caFacts,
      own: result.set.deviceFacts,
      caIsOurs: ca === undefined,
    }).map(each => advised(each, 'terminal')),
    ...(await gitNotes(folder, secretNames(result.set.files))),
  ];
  if (values.json) {
    const { library } = linkedLibrary(target).abilities;
    const follows = consequences(linkedLibrary(target).abilities);
    print(output, {
      ...setAsJson(folder, result, notes),
      target: { ...defaultTarget, ...target, tlsLibrary: library, follows },
    });
  } else for (const line of setAsText(folder, result, notes)) output.out(line);
  return 0;
}

/** Runs `esp8266-ssl certs csr`; resolves to the exit code. */
export async function request(args: string[], output: Output): Promise<number> {
  const { given: values } = parse(csrDescription, args);
  const { folder, options } = await choicesFrom(values);
  const { requestFile, requestKeyFile, writeSigningRequest } = await import('../certificates/makers');
  const { keyUsedAgain, bits, written } = await writeSigningRequest(options, folder, {
    ...(await protection(values)),
    role: roleNamed(options.make),
  });
  const notes = await gitNotes(folder, [requestKeyFile]);
  const [file, keyFile] = [path.join(folder, requestFile), path.join(folder, requestKeyFile)];
  if (values.json) {
    const files = [
      { path: file, written: written.includes(requestFile), secret: false },
      { path: keyFile, written: written.includes(requestKeyFile), secret: true },
    ];
    print(output, { folder, name: options.name, bits, keyUsedAgain, notes, files });
    return 0;
  }
  output.out(l10n.t('Request for {0}, RSA {1}: {2}. Send it to the CA.', options.name, bits, file));
  output.out(
    keyUsedAgain
      ? l10n.t('Its existing private key is reused: {0}', keyFile)
      : l10n.t('Its private key stays here, keep it secret: {0}', keyFile),
  );
  for (const note of notes) output.out(noted(note));
  output.out(l10n.t('When you receive the certificate: esp8266-ssl certs import FILE --out {0}', folder));
  return 0;
}

/** Runs `esp8266-ssl certs import`; resolves to the exit code. */
export async function takeIn(args: string[], output: Output): Promise<number> {
  const { given: values, operands } = parse(importDescription, args);
  refuseFolders(importDescription, operands);
  const { target, folder, options, trust } = await choicesFrom(values);
  const { client, layout } = checkedSet(options, options);
  const { importCertificates } = await import('../certificates/makers');
  const result = await importCertificates(operands, folder, {
    keyFile: values.key,
    // Of both, the firmware has the client's.
    role: client ? 'client' : 'server',
    layout,
    trust,
    abilities: linkedLibrary(target).abilities,
    ...(await protection(values)),
  });
  const { device, ca, between, trusted, unusedFiles, files, written } = result;
  const notes = [
    ...importNotes(result),
    ...objections(linkedLibrary(target).abilities, { ca, own: device }).map(each =>
      advised(each, 'terminal'),
    ),
    ...(await gitNotes(folder, secretNames(files))),
  ];
  if (values.json) {
    print(output, {
      folder,
      ca,
      certificate: device,
      between,
      trusted,
      unusedFiles,
      notes,
      files: listed(folder, files, written),
    });
    return 0;
  }
  if (device) output.out(l10n.t('Certificate for {0}: {1}', namesOf(device), summary(device)));
  if (ca) output.out(l10n.t('CA: {0}', summary(ca)));
  if (trusted > 1) output.out(l10n.t('esp_ca_cert.bin has {0} CA certificates.', trusted));
  for (const note of notes) output.out(noted(note));
  for (const line of fileLines(folder, written)) output.out(line);
  return 0;
}

/** The options that choose something, as they are given. */
type Chosen = Partial<Given<typeof certsDescription.options>>;

interface Choices {
  target: Target;
  folder: string;
  options: CertificateOptions & SetOptions;
  ca: CaFiles | undefined;
  trust: readonly string[] | undefined;
}

/** What the options say about the certificates; `ca` is the whole CA or nothing of it. */
function certificatesFrom(given: Chosen): CertificateChoices {
  const { certificate, key } = settingsFrom(caSettings, given);
  return {
    ...settingsFrom(certificateSettings, given),
    ...settingsFrom(trustSettings, given),
    ...(certificate !== undefined && { ca: { certificate, ...(key !== undefined && { key }) } }),
  };
}

/** What the options say, over what the project's file says. */
async function choicesFrom(given: Chosen): Promise<Choices> {
  const { target: ofProject, certificates }: ProjectChoices = await readChoices('.');
  const target = targetWithOptions(given, ofProject);
  const suited = defaultsFor(linkedLibrary(target).abilities);
  const chosen = { ...suited, ...certificates, ...certificatesFrom(given) };
  const { folder = defaultFolder('.'), name = defaultChoices.name, ca, trust, ...others } = chosen;
  return { target, folder, options: { name, ...others }, ca, trust };
}

/** Keeps the choices that are given in the project's file. */
async function save(given: Chosen): Promise<void> {
  const certificates = certificatesFrom(given);
  checkPaths(certificates, '.');
  await editProjectFile('.', [
    ...Object.entries(settingsFrom(targetSettings, given)).map(([key, value]) => ({ at: [key], value })),
    ...Object.entries(certificates).map(([key, value]) => ({ at: ['certificates', key], value })),
  ]);
}

/** What guards files and keys: the passphrase, and whether files of other origin may be replaced. */
async function protection(given: { 'passphrase-file'?: string | undefined; force?: boolean | undefined }) {
  const file = given['passphrase-file'];
  return {
    passphrase: file === undefined ? process.env['ESP8266_SSL_PASSPHRASE'] : await firstLine(file),
    mayReplace: given.force ? () => undefined : undefined,
  };
}

async function firstLine(file: string): Promise<string> {
  return (await readFile(file, limits.text)).toString().split(/\r?\n/, 1)[0] ?? '';
}

function secretNames(files: readonly { name: string; secret: boolean }[]): string[] {
  return files.filter(({ secret }) => secret).map(({ name }) => name);
}

function setAsText(folder: string, result: WrittenSet, notes: readonly string[]): string[] {
  const { set, written, caUsedAgain, certificateKept, trusted } = result;
  const ca = summary(set.caFacts);
  return [
    caUsedAgain ? l10n.t('CA reused: {0}', ca) : l10n.t('New CA: {0}', ca),
    ...set.pairFacts.map(facts =>
      certificateKept
        ? l10n.t('Certificate for {0} kept: {1}', namesOf(facts), summary(facts))
        : l10n.t('New certificate for {0}: {1}', namesOf(facts), summary(facts)),
    ),
    ...(trusted > 1 ? [l10n.t('esp_ca_cert.bin has {0} CA certificates.', trusted)] : []),
    ...notes.map(noted),
    ...fileLines(folder, written),
  ];
}

function noted(note: string): string {
  return l10n.t('Note: {0}', note);
}

function fileLines(folder: string, files: readonly GeneratedFile[]): string[] {
  const rows = files.map(file => ({
    path: path.join(folder, file.name),
    size: l10n.t('{0} bytes', file.bytes.length),
    purpose: purpose(file.content),
  }));
  const pathWidth = Math.max(...rows.map(row => row.path.length));
  const sizeWidth = Math.max(...rows.map(row => row.size.length));
  return rows.map(row => `  ${row.path.padEnd(pathWidth)}  ${row.size.padStart(sizeWidth)}  ${row.purpose}`);
}

function namesOf({ names, commonName }: CertificateFacts): string {
  return names.join(', ') || commonName;
}

function summary({ bits, hash, notAfter }: CertificateFacts): string {
  const signature = hash ? `RSA ${bits}, ${hash}` : `RSA ${bits}`;
  return l10n.t('{0}, valid until {1}', signature, notAfter.toISOString().slice(0, 10));
}

function print(output: Output, result: object): void {
  output.out(JSON.stringify(result, undefined, 2), 'json');
}

function setAsJson(folder: string, result: WrittenSet, notes: readonly string[]) {
  const { set, written, caUsedAgain, certificateKept } = result;
  return {
    folder,
    ca: { ...set.caFacts, usedAgain: caUsedAgain },
    certificate: { ...set.deviceFacts, kept: certificateKept },
    certificates: set.pairFacts,
    trusted: result.trusted,
    notes,
    files: listed(folder, set.files, written),
  };
}

function listed(folder: string, files: readonly GeneratedFile[], written: readonly GeneratedFile[]) {
  const writtenNames = new Set(written.map(file => file.name));
  return files.map(file => ({
    path: path.join(folder, file.name),
    written: writtenNames.has(file.name),
    secret: file.secret,
  }));
}

/** What a file is for, in a few words. */
function purpose(content: Content): string {
  switch (content) {
    case 'own header':
      return l10n.t('certificate, for espconn_secure_set_default_certificate');
    case 'own key header':
      return l10n.t('private key, for espconn_secure_set_default_private_key');
    case 'CA records':
      return l10n.t('CA certificate for the flash, for espconn_secure_ca_enable');
    case 'own records':
      return l10n.t('certificate and private key for the flash, for espconn_secure_cert_req_enable');
    case 'CA PEM':
      return l10n.t('CA certificate, for the clients of the device');
    case 'CA DER':
      return l10n.t('the same in DER');
    case 'CA key PEM':
      return l10n.t('private key of the CA: signs the next certificates, keep it secret');
    case 'server PEM':
      return l10n.t('certificate of the server, for programs on a computer');
    case 'client PEM':
      return l10n.t('certificate of the client, for programs on a computer');
    case 'server key PEM':
    case 'client key PEM':
      return l10n.t('its private key, keep it secret');
    case 'server DER':
    case 'client DER':
      return l10n.t('the certificate in DER');
    case 'server key DER':
    case 'client key DER':
      return l10n.t('its private key in DER, keep it secret');
  }
}
