import * as l10n from '@vscode/l10n';
import { sdkFunction } from '../../../sdk/functions';
import { librariesOf } from '../../../sdk/tls';
import { isRtos } from '../../project/linkedSdk';
import { fixOf } from '../fixes/edits';
import { withLibraries } from '../fixes/makefileEdits';
import type { Facts, Rule } from '../rule';

/** A library of the SDK that every firmware links: where it is the others belong. */
const always = 'main';

export const ssl131: Rule = {
  id: 'SSL131',
  group: 'project',
  severity: 'error',
  title: () => l10n.t('TLS library not linked'),
  explanation: () =>
    l10n.t(
      'libssl or libmbedtls define espconn_secure_*, and need libcrypto. Without them the firmware cannot be linked.',
    ),
  source: 'Makefiles of the examples of SDK 2.2.0',
  example: {
    code: String.raw`-LIBS = -lmain -lnet80211 -lcrypto
+LIBS = -lmain -lnet80211 -lmbedtls -lcrypto
`,
    file: 'Makefile',
    others: {
      'user_main.c':
        'static struct espconn client;\n\nvoid dial(void)\n{\n    (void)espconn_secure_connect(&client);\n}\n',
    },
    target: { sdk: '3.0.6' },
  },
  *check(facts) {
    const { build, program, isDefault } = facts;
    // What only a macro on the command line brings in may be linked otherwise then.
    if (
      !isDefault ||
      isRtos(facts) ||
      !usesTls(facts) ||
      build.makefiles.some(each => each.hasUnknownLibraries)
    )
      return;
    const all = build.makefiles.flatMap(makefile =>
      makefile.libraries.map(library => ({ makefile, library })),
    );
    const has = (...names: string[]) => all.some(({ library }) => names.includes(library.name));
    const place = all.find(({ library }) => library.name === always);
    if (place === undefined) return;
    const missing = [
      ...(has('ssl', 'mbedtls') ? [] : [proposed(facts)]),
      // The SDK has it since TLS and WPA2 share it; of older ones this is not known.
      ...(has('crypto') || program.target.sdk === undefined ? [] : ['crypto']),
    ];
    if (missing.length === 0) return;
    const { makefile, library } = place;
    const at = { file: makefile.path, start: library.start, end: library.end };
    const names = missing.map(name => `-l${name}`).join(' ');
    yield {
      at,
      message: l10n.t('The program uses espconn_secure_*, but does not link {0}.', names),
      fixes: library.written
        ? fixOf(l10n.t('Insert {0}', names), [withLibraries(makefile, library, missing)])
        : [],
    };
  },
};

function usesTls({ program }: Facts): boolean {
  return [...program.calledNames].some(name => sdkFunction(name)?.group === 'secure');
}

/** libmbedtls where the SDK has it; libssl is in all. */
function proposed({ program: { target } }: Facts): string {
  const library = target.tlsLibrary ?? (target.sdk && librariesOf(target.sdk).at(-1)) ?? 'libssl';
  return library.slice('lib'.length);
}
