import * as l10n from '@vscode/l10n';

/** The compiler for the chip, by the name that all distributions of it share. */
export const compilerName = 'xtensa-lx106-elf-gcc';

/** A way to get something: a sentence, and the commands for it where there are some. */
export interface Remedy {
  text: string;
  commands: readonly string[];
}

/** Espressif's own builds of GCC 8.4 for this chip, the last ones: named in the documentation of the ESP8266 RTOS SDK. */
const espressif = 'https://dl.espressif.com/dl/xtensa-lx106-elf-gcc8_4_0-esp-2020r3';

/** Where other tools put this compiler, below the home folder; `*` stands for a version. */
export const compilerFolders = [
  '.arduino15/packages/esp8266/tools/xtensa-lx106-elf-gcc/*/bin',
  'Library/Arduino15/packages/esp8266/tools/xtensa-lx106-elf-gcc/*/bin',
  'AppData/Local/Arduino15/packages/esp8266/tools/xtensa-lx106-elf-gcc/*/bin',
  '.platformio/packages/toolchain-xtensa/bin',
  '.espressif/tools/xtensa-lx106-elf/*/xtensa-lx106-elf/bin',
] as const;

/** How to get the compiler and make on a system; Debian and what descends from it have a package. */
export function compilerRemedy(platform: NodeJS.Platform, isDebian: boolean): Remedy {
  switch (platform) {
    case 'win32':
      return {
        text: l10n.t(
          'Easiest: WSL with Debian or Ubuntu, which have a package. Without WSL: unpack the compiler by Espressif ({0}) and add its “bin” folder to PATH; make and the programs that the Makefile starts (grep, sed, mkdir) come with MSYS2.',
          `${espressif}-win32.zip`,
        ),
        commands: ['wsl sudo apt-get install gcc-xtensa-lx106 make', 'winget install MSYS2.MSYS2'],
      };
    case 'darwin':
      return {
        text: l10n.t(
          'Homebrew has no formula for it. Unpack the compiler by Espressif and add its “bin” folder to PATH; it is for Intel, so a Mac with Apple silicon needs Rosetta. make comes with the command line tools of Xcode.',
        ),
        commands: [
          `curl -LO ${espressif}-macos.tar.gz`,
          'tar xzf xtensa-lx106-elf-gcc8_4_0-esp-2020r3-macos.tar.gz',
          'export PATH="$PWD/xtensa-lx106-elf/bin:$PATH"',
          'xcode-select --install',
        ],
      };
    default:
      return isDebian
        ? {
            text: l10n.t('Install the package of Debian 11, Ubuntu 22.04 or later.'),
            commands: ['sudo apt-get install gcc-xtensa-lx106 make'],
          }
        : {
            text: l10n.t(
              'Debian and Ubuntu have the package gcc-xtensa-lx106. Elsewhere, unpack the compiler by Espressif and add its “bin” folder to PATH.',
            ),
            commands: [
              `curl -LO ${espressif}-linux-amd64.tar.gz`,
              'tar xzf xtensa-lx106-elf-gcc8_4_0-esp-2020r3-linux-amd64.tar.gz',
              'export PATH="$PWD/xtensa-lx106-elf/bin:$PATH"',
            ],
          };
  }
}
