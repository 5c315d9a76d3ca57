// All that makes or takes in certificates, so that programs load the X.509 library once, with this module, on first use.
export { readCa } from './existingIdentities';
export { importCertificates } from './importFiles';
export { trustMore } from './trustMore';
export { requestFile, requestKeyFile, writeSigningRequest } from './signingRequest';
export { writeCertificates } from './writeFiles';
