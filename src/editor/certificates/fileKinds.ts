import type * as vscode from 'vscode';
import { certificateExtensions, cExtensions, scriptFiles } from '../../certificates/inspect/fileNames';

/** Texts that may hold certificates in arrays. */
export const sources = `**/*.{${cExtensions.join(',')}}`;
/** Everything that an inspection knows. */
export const inspected = `**/{${[
  ...[...cExtensions, ...certificateExtensions].map(extension => `*.${extension}`),
  ...scriptFiles,
  'esp8266-ssl.json',
].join(',')}}`;
/** Folders whose files are not inspected, wherever they are. */
export const notInspectedFolders: readonly string[] = ['node_modules', '.git', '.vscode-test'];
export const notInspected = `**/{${notInspectedFolders.join(',')}}/**`;

/** Documents with lenses, hovers and quick fixes. */
export const sourceSelector: vscode.DocumentSelector = { pattern: sources };

export const viewType = 'esp8266-ssl.certificates';

/** The command that makes certificates; in an untrusted workspace it is not offered. */
export const generateCommand = 'esp8266-ssl.generateCertificates';
export const copyCommand = 'esp8266-ssl.copyFingerprint';
export const openCommand = 'esp8266-ssl.openCertificate';
export const regenerateCommand = 'esp8266-ssl.regenerateCertificate';
export const detailsCommand = 'esp8266-ssl.showCertificateDetails';
