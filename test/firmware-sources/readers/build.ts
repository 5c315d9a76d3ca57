import path from 'node:path';
import { builtFirmware, cFiles, compileFirmware } from '../builtFirmware';

const elf = 'firmware.elf';
const sections = path.join(__dirname, '..', 'sections.ld');

/** Parts of Mbed TLS that read certificates and keys, by the beginnings of their files. */
const parts = /^(aes|asn1|base64|bignum|cipher|constant_time|md|oid|pem|pk|platform|rsa|sha|x509)/;

/** Where the firmware looks for the files that it reads. */
export const filesAddress = 0x100000;

/** Builds the firmware of this folder with Debian's Mbed TLS; returns its ELF. See {@link builtFirmware}. */
export async function buildReaderFirmware(): Promise<string> {
  const folder = await builtFirmware({
    name: 'reader-firmware',
    libraries: ['mbedtls'],
    folders: [__dirname],
    build: async (work, { mbedtls }) => {
      const library = cFiles(path.join(mbedtls, 'library')).filter(file => parts.test(path.basename(file)));
      await compileFirmware(work, {
        units: [
          { files: library, flags: ['-O2'] },
          { files: cFiles(__dirname), flags: ['-Og', '-Wall', '-Wextra', '-Werror'] },
        ],
        includes: [__dirname, path.join(mbedtls, 'include')],
        script: sections,
        elf,
      });
    },
  });
  return path.join(folder, elf);
}
