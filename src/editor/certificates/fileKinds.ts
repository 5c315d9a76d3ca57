import type * as vscode from 'vscode';

/** Texts that may hold certificates in arrays. */
export const sources = '**/*.{h,c,hpp,cpp,cc,inc}';
/** Everything that an inspection knows. */
export const inspected =
  '**/{*.h,*.c,*.hpp,*.cpp,*.cc,*.inc,*.bin,*.cer,*.crt,*.pem,*.der,*.key,*.csr,*.req,*.key_1024,*.key_512,makefile.sh,make_cert.py,make_cacert.py,esp8266-ssl.json}';
export const notInspected = '**/{node_modules,.git,.vscode-test}/**';

/** Documents with lenses, hovers and quick fixes. */
export const sourceSelector: vscode.DocumentSelector = { pattern: sources };

export const viewType = 'esp8266-ssl.certificates';

/** The command that makes certificates; in an untrusted workspace it is not offered. */
export const generateCommand = 'esp8266-ssl.generateCertificates';
export const copyCommand = 'esp8266-ssl.copyFingerprint';
export const openCommand = 'esp8266-ssl.openCertificate';
export const regenerateCommand = 'esp8266-ssl.regenerateCertificate';
export const detailsCommand = 'esp8266-ssl.showCertificateDetails';
