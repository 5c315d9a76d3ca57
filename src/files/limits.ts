const MB = 1024 * 1024;

/** The most bytes of each kind of file that are read. */
export const limits = {
  /** Project files, manifests, lists, baselines, passphrases. */
  text: 16 * MB,
  /** A certificate, a key, a bundle of them. */
  certificates: MB,
  /** An ELF with debug information. */
  firmware: 64 * MB,
  /** The largest flash that a chip can address. */
  flash: 16 * MB,
} as const;
