import * as l10n from '@vscode/l10n';
import { isRtos } from '../../project/linkedSdk';
import type { LinkedLibrary } from '../../project/makefile';
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
    for (const makefile of build.makefiles) {
      const { path, libraries } = makefile;
      for (const old of libraries.filter(({ name }) => name === 'ssl')) {
        const other = libraries.find(each => each.name === 'mbedtls' && areTogether(old, each));
        if (other === undefined) continue;
        const at = { file: path, start: old.start, end: old.end };
        yield {
          at,
          message: l10n.t('libmbedtls is linked as well: both define espconn_secure_*.'),
          related: [
            { at: { file: path, start: other.start, end: other.end }, message: l10n.t('It is linked here.') },
          ],
          fixes: fixOf(l10n.t('Remove {0}', 'ssl'), [withoutLibrary(makefile, old)]),
        };
        break;
      }
    }
  },
};

/** Whether two libraries are in one list, and no condition of make chooses between them. */
function areTogether(a: LinkedLibrary, b: LinkedLibrary): boolean {
  const shorter = Math.min(a.branch.length, b.branch.length);
  return a.list === b.list && a.branch.slice(0, shorter).join() === b.branch.slice(0, shorter).join();
}
