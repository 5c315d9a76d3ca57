import * as l10n from '@vscode/l10n';
import type { ClangdProject } from './clangdProject';

/** What clangd was told, in sentences: how much, and which headers it reads. */
export function clangdSummary({ commands, sdk, library }: ClangdProject): string[] {
  return [
    l10n.t('clangd knows how {0} sources are compiled.', commands.length),
    sdk === undefined
      ? l10n.t(
          'Espressif’s SDK was not found around the project, in its Makefiles or in SDK_PATH: the headers of ESP8266 SSL stand in for it.',
        )
      : l10n.t('Headers of the SDK: {0}', sdk),
    ...(sdk !== undefined && library === undefined
      ? [
          l10n.t(
            'There is no xtensa-lx106-elf-gcc with a C library: the few headers of ESP8266 SSL stand in for it. Do this again when it is installed, or when ESP8266 SSL is updated.',
          ),
        ]
      : []),
  ];
}
