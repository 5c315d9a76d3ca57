/*
 * How the header of a firmware image starts: SDK, tools/gen_appbin.py, and the ROM's boot loader.
 */

/** First byte of an image for the RAM. */
export const ramMagic = 0xe9;
/** First byte of an image that has the code of the flash in front of it (boot loader 1.2 and later). */
export const flashMagic = 0xea;
/** Second byte of the latter, where an image for the RAM has the number of its segments. */
export const flashVersion = 4;
/** No tool makes more segments; the ROM refuses more. */
export const maxSegments = 16;
