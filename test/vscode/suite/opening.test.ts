import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { hasFirmware } from '../../../src/editor/firmwareFolders';

/** The first tests of the suite: nothing has been opened yet. */
describe('the folder of a firmware', () => {
  const root = () => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';

  async function until(done: () => boolean): Promise<void> {
    for (const end = Date.now() + 60_000; !done();) {
      if (Date.now() > end) throw new Error('it does not happen');
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  it('has its problems on show without any file open', async () => {
    await until(() => vscode.extensions.getExtension('esp8266-ssl.esp8266-ssl')?.isActive === true);
    const folder = path.join(root(), 'unopened');
    const source = vscode.Uri.file(path.join(folder, 'main.c'));
    mkdirSync(folder);
    writeFileSync(
      source.fsPath,
      `#include "espconn.h"
static void on_receive(void *arg, char *data, unsigned short length)
{
  espconn_secure_disconnect(arg);
}
void user_init(void)
{
  static struct espconn conn;
  espconn_regist_recvcb(&conn, on_receive);
  espconn_secure_accept(&conn);
}
`,
    );
    try {
      const rules = () =>
        vscode.languages
          .getDiagnostics(source)
          .map(({ code }) => String(typeof code === 'object' ? code.value : code));
      await until(() => rules().includes('SSL031'));
      assert.deepEqual(
        vscode.workspace.textDocuments.filter(({ languageId }) => ['c', 'cpp'].includes(languageId)),
        [],
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is known by user_config.h, or by a Makefile that links the SDK', async () => {
    const file = (name: string) => path.join(root(), name);
    assert.equal(await hasFirmware(), true);
    renameSync(file('include/user_config.h'), file('include/other.h'));
    assert.equal(await hasFirmware(), true);
    renameSync(file('Makefile'), file('other.mk'));
    try {
      assert.equal(await hasFirmware(), false);
      writeFileSync(file('GNUmakefile'), 'LDLIBS = -lm\n');
      assert.equal(await hasFirmware(), false);
      writeFileSync(file('GNUmakefile'), 'LIBS = c gcc hal phy pp net80211 lwip wpa main ssl\n');
      assert.equal(await hasFirmware(), true);
    } finally {
      rmSync(file('GNUmakefile'), { force: true });
      renameSync(file('other.mk'), file('Makefile'));
      renameSync(file('include/other.h'), file('include/user_config.h'));
    }
  });
});
