import type { Firmware } from './firmware';

/** What a firmware is made of, as far as its symbols and strings tell. */
export interface Identity {
  /** "2.1.0(116b762)" as libmain has it; undefined without Espressif's SDK. */
  sdk?: string;
  tls?: 'axTLS' | 'mbedTLS';
  /** Whether it brings its own network stack, which then runs on the CPU. */
  lwip: boolean;
}

/** Version and commit, as system_get_sdk_version returns them: "2.2.1(6ab97e9)", "3.0.6-dev(…)". */
export const versionText = /\d\.\d\.\d(?:-[\w.]+)?\([0-9a-f]{7,8}\)/;

export function identify({ elf, symbols }: Firmware): Identity {
  const version = elf.segments
    .map(({ bytes }) => versionText.exec(Buffer.from(bytes).toString('latin1'))?.[0])
    .find(found => found !== undefined);
  const tls =
    symbols.code('mbedtls_ssl_handshake') !== undefined
      ? 'mbedTLS'
      : symbols.code('ssl_ctx_new') !== undefined
        ? 'axTLS'
        : undefined;
  return {
    ...(version !== undefined && { sdk: version }),
    ...(tls !== undefined && { tls }),
    lwip: symbols.code('lwip_init') !== undefined,
  };
}
