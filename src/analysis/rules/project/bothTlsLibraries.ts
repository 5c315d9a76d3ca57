import * as l10n from '@vscode/l10n';
import { isRtos } from '../../project/linkedSdk';
import { areTogether } from '../../project/buildFile';
import { fixOf } from '../fixes/edits';
import { withoutLibrary } from '../fixes/makefileEdits';
import type { Rule } from '../rule';

export const ssl130: Rule = {
  id: 'SSL130',
  group: 'project',
  severity: 'error',
  title: () => l10n.t('Both TLS libraries linked'),
  explanation: () =>
    l10n.t(
      'libssl and libmbedtls both define espconn_secure_*: the linker reports duplicates, or silently uses the first. Link one of them.',
    ),
  source: 'lib/ and Makefiles of the examples of SDK 2.2.0',
  example: {
    code: String.raw`-LIBS = -lmain -lnet80211 -lmbedtls -lssl -lcrypto
+LIBS = -lmain -lnet80211 -lmbedtls -lcrypto
`,
    file: 'Makefile',
    others: {
      'user_main.c':
        'static struct espconn client;\n\nvoid dial(void)\n{\n    (void)espconn_secure_connect(&client);\n}\n',
    },
  },
  *check(facts) {
    const { build } = facts;
    if (isRtos(facts)) return;
    for (const including of build.makefiles) {
      const files = [including, ...build.makefiles.filter(({ path }) => including.includes.includes(path))];
      const named = (wanted: string) =>
        files.flatMap(file =>
          file.libraries.filter(({ name }) => name === wanted).map(library => ({ file, library })),
        );
      for (const { file, library: old } of named('ssl')) {
        const other = named('mbedtls').find(({ library }) => areTogether(old, library));
        if (other === undefined) continue;
        const { start, end } = other.library;
        yield {
          at: { file: file.path, start: old.start, end: old.end },
          message: l10n.t('libmbedtls is linked as well: both define espconn_secure_*.'),
          related: [{ at: { file: other.file.path, start, end }, message: l10n.t('It is linked here.') }],
          fixes: old.written ? fixOf(l10n.t('Remove {0}', 'ssl'), [withoutLibrary(file, old)]) : [],
        };
        break;
      }
    }
  },
};
