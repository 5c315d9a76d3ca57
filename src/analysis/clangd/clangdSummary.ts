import * as l10n from '@vscode/l10n';
import type { ClangdProject } from './clangdProject';

/** What clangd was told, in sentences: how much, and which headers it reads. */
export function clangdSummary({ commands, sdk, library }: ClangdProject): string[] {
  return [
    l10n.t('Sources with compile commands for clangd: {0}.', commands.length),
    sdk === undefined
      ? l10n.t(
          'Espressif’s SDK was not found near the project, in its Makefiles or in SDK_PATH: the headers of ESP8266 SSL are used instead.',
        )
      : l10n.t('Headers of the SDK: {0}.', sdk),
    ...(sdk !== undefined && library === undefined
      ? [
          l10n.t(
            'No xtensa-lx106-elf-gcc with a C library was found: the minimal headers of ESP8266 SSL are used instead. Run this again after installing it or updating ESP8266 SSL.',
          ),
        ]
      : []),
  ];
}
