import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { ruleTitles } from '../../../src/analysis/rules/ruleInfos';
import { check } from '../../../src/cli/check';
import { type Counts, countFindings } from '../../../src/findings/counts';

/** A server that makes each mistake once; a comment names the rule. */
const faulty = `#include "ets_sys.h"
#include "espconn.h"
#include "osapi.h"

#define CA_SECTOR 0x7B

static struct espconn conn;
static esp_tcp tcp;

static void on_receive(void *arg, char *data, unsigned short length)
{
  struct espconn *client = arg;
  espconn_secure_disconnect(client);
}

static void on_error(void *arg, sint8 error)
{
  if (error == -9)
    os_printf("reset\\n");
}

static void on_disconnect(void *arg)
{
  os_printf("gone\\n");
}

static void on_connect(void *arg)
{
  espconn_sent(arg, (uint8 *)"hello", 5);
}

void dial(void)
{
  conn.type = ESPCONN_TCP;
  conn.proto.tcp = &tcp;
  espconn_regist_connectcb(&conn, on_connect);
  espconn_regist_recvcb(&conn, on_receive);
  espconn_regist_reconcb(&conn, on_error);
  espconn_regist_disconcb(&conn, on_disconnect);
  espconn_secure_ca_enable(ESPCONN_CLIENT, CA_SECTOR);
  espconn_secure_connect(&conn);
}

void user_init(void)
{
}
`;

describe('diagnostics of firmware', () => {
  const root = () => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const uri = (...parts: string[]) => vscode.Uri.file(path.join(root(), 'faulty', ...parts));
  /** The rules of the findings above hint. */
  const codes = (where: vscode.Uri) =>
    vscode.languages
      .getDiagnostics(where)
      .filter(
        ({ source, severity }) => source === 'ESP8266 SSL' && severity !== vscode.DiagnosticSeverity.Hint,
      )
      .map(({ code }) => String(typeof code === 'object' ? code.value : code));
  const settled = (where: vscode.Uri, expected: string[]) =>
    until(
      () => `${where.path}: ${codes(where).join(' ')} instead of ${expected.join(' ')}`,
      () => (codes(where).sort().join() === expected.join() ? true : undefined),
    );

  beforeEach(() => {
    mkdirSync(uri().fsPath, { recursive: true });
    writeFileSync(uri('main.c').fsPath, faulty);
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(uri().fsPath, { recursive: true, force: true });
  });

  /** Opens the faulty program and waits for its findings. */
  const open = async () => {
    const document = await vscode.workspace.openTextDocument(uri('main.c'));
    await vscode.window.showTextDocument(document);
    await settled(document.uri, ['SSL001', 'SSL031']);
    return document;
  };

  const placeOf = (document: vscode.TextDocument, words: string, into = 0) =>
    document.positionAt(document.getText().indexOf(words) + into);

  const actionsAt = async (document: vscode.TextDocument, words: string, kind?: string) => {
    for (;;)
      try {
        return await vscode.commands.executeCommand<vscode.CodeAction[]>(
          'vscode.executeCodeActionProvider',
          document.uri,
          new vscode.Range(placeOf(document, words), placeOf(document, words)),
          kind,
        );
      } catch (error) {
        // VS Code asks again, too, when the text has changed meanwhile.
        if (!(error instanceof vscode.CancellationError || String(error).includes('Canceled'))) throw error;
      }
  };

  const applyAction = async (document: vscode.TextDocument, words: string, title: RegExp, kind?: string) => {
    const actions = await actionsAt(document, words, kind);
    const action = actions.find(each => title.test(each.title));
    assert.ok(action?.edit, `${String(title)} is not among: ${actions.map(each => each.title).join(', ')}`);
    assert.equal(await vscode.workspace.applyEdit(action.edit), true);
  };

  it('appear with their reason and the page of their rule', async () => {
    const document = await open();
    const shown = vscode.languages
      .getDiagnostics(document.uri)
      .find(({ code }) => typeof code === 'object' && code.value === 'SSL031');
    assert.ok(shown);
    assert.equal(shown.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(document.getText(shown.range), 'espconn_secure_disconnect');
    const [registered] = shown.relatedInformation ?? [];
    assert.ok(registered);
    assert.match(document.lineAt(registered.location.range.start.line).text, /espconn_regist_recvcb/);
    assert.ok(typeof shown.code === 'object');
    const page = await vscode.workspace.openTextDocument(shown.code.target);
    assert.match(page.getText(), /^# SSL031: .+\n\n.*timer or a task/);
    await vscode.commands.executeCommand('esp8266-ssl.showRule', 'SSL031');
    const input = await until(
      () => 'no page',
      () => {
        const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
        return tab instanceof vscode.TabInputCustom ? tab : undefined;
      },
    );
    assert.equal(input.viewType, 'vscode.markdown.preview.editor');
    assert.equal(input.uri.toString(), page.uri.toString());
  });

  it('are as many as “esp8266-ssl check” counts', async () => {
    // Notes, hints and a finding of a certificate are among them.
    const second = faulty.replace('espconn_secure_ca_enable(ESPCONN_CLIENT, CA_SECTOR);', '');
    mkdirSync(uri('second').fsPath);
    writeFileSync(uri('second', 'main.c').fsPath, `#include "cert.h"\n${second}`);
    writeFileSync(
      uri('second', 'cert.h').fsPath,
      'unsigned char default_certificate[] = { 1, 2, 3 };\nunsigned int default_certificate_len = 4;\n',
    );
    writeFileSync(uri('esp8266-ssl.json').fsPath, '{}');
    mkdirSync(uri('first').fsPath);
    renameSync(uri('main.c').fsPath, uri('first', 'main.c').fsPath);
    const printed: string[] = [];
    const output = {
      out: (line: string) => printed.push(line),
      write: () => undefined,
      error: () => undefined,
    };
    await check([uri().fsPath, '--format', 'json', '--threads', '1'], output);
    const { counts } = JSON.parse(printed.join('\n')) as { counts: Counts };
    assert.ok(counts.error > 2 && counts.info > 0 && counts.hint > 0, JSON.stringify(counts));
    const severities = ['error', 'warning', 'info', 'hint'] as const;
    const shown = () =>
      countFindings(
        vscode.languages
          .getDiagnostics()
          .filter(([where]) => where.path.startsWith(uri().path))
          .flatMap(([, diagnostics]) => diagnostics)
          .flatMap(({ severity }) => severities.slice(severity, severity + 1))
          .map(severity => ({ severity })),
      );
    const document = await vscode.workspace.openTextDocument(uri('second', 'main.c'));
    await vscode.window.showTextDocument(document);
    await until(
      () => `${JSON.stringify(shown())} instead of ${JSON.stringify(counts)}`,
      () => (JSON.stringify(shown()) === JSON.stringify(counts) ? true : undefined),
    );
  });

  it('follow what is typed, before it is saved', async () => {
    const document = await open();
    const edit = new vscode.WorkspaceEdit();
    const start = placeOf(document, 'espconn_sent');
    edit.replace(document.uri, new vscode.Range(start, start.translate(0, 12)), 'espconn_secure_sent');
    await vscode.workspace.applyEdit(edit);
    await settled(document.uri, ['SSL031']);
    assert.equal(document.isDirty, true);
  });

  it('are gone when each quick fix is applied', async () => {
    const document = await open();
    await applyAction(document, 'espconn_sent(', /espconn_secure_sent/);
    await settled(document.uri, ['SSL031']);
    await applyAction(document, 'espconn_secure_disconnect(', /timer/);
    await settled(document.uri, []);
  });

  it('let the flash layout follow the source', async () => {
    const project = uri('esp8266-ssl.json').fsPath;
    writeFileSync(
      project,
      '{ "flash": { /* kept */ "fota": false, "regions": [{ "file": "esp_ca_cert.bin", "sector": "0x77" }] } }',
    );
    const document = await vscode.workspace.openTextDocument(uri('main.c'));
    await vscode.window.showTextDocument(document);
    await settled(document.uri, ['SSL001', 'SSL031', 'SSL079']);
    const titles = (await actionsAt(document, 'CA_SECTOR);')).map(({ title }) => title);
    assert.ok(titles.includes('Change to 0x77'), titles.join(', '));
    await applyAction(document, 'CA_SECTOR);', /^Move esp_ca_cert\.bin to 0x7B000 in the flash layout$/);
    const edited = await vscode.workspace.openTextDocument(project);
    assert.equal(await edited.save(), true);
    assert.match(readFileSync(project, 'utf8'), /\/\* kept \*\/ .*"sector": "0x7B"/);
    await settled(document.uri, ['SSL001', 'SSL031']);
  });

  it('are fixed all at once where that is safe', async () => {
    const document = await open();
    await applyAction(document, 'espconn_sent(', /safe/, 'source.fixAll');
    await settled(document.uri, ['SSL031']);
    assert.match(document.getText(), /espconn_secure_sent\(arg/);
  });

  it('are fixed in a Makefile, too', async () => {
    writeFileSync(uri('Makefile').fsPath, 'LIBS = -lmain -lssl -lmbedtls -lcrypto\n');
    await settled(uri('Makefile'), ['SSL130']);
    const document = await vscode.workspace.openTextDocument(uri('Makefile'));
    await vscode.window.showTextDocument(document);
    const actions = await actionsAt(document, '-lssl');
    assert.deepEqual(
      actions.map(({ title }) => title),
      ['Remove ssl'],
    );
    await applyAction(document, '-lssl', /^Remove/);
    assert.equal(document.getText(), 'LIBS = -lmain -lmbedtls -lcrypto\n');
    await document.save();
    await settled(uri('Makefile'), []);
  });

  it('are silenced for a line', async () => {
    const document = await open();
    await applyAction(document, 'espconn_secure_disconnect(', /^Disable SSL031/);
    await settled(document.uri, ['SSL001']);
    assert.match(document.getText(), /\n {2}\/\/ NOLINTNEXTLINE\(SSL031\)\n {2}espconn_secure_disconnect/);
  });

  it('have rules that complete with their titles in esp8266-ssl.json, where others are marked', async () => {
    writeFileSync(
      uri('esp8266-ssl.json').fsPath,
      '{\n  "analysis": {\n    "rules": {\n      "SSL999": "off",\n      \n    }\n  }\n}\n',
    );
    const document = await vscode.workspace.openTextDocument(uri('esp8266-ssl.json'));
    await vscode.window.showTextDocument(document);
    await until(
      () => 'SSL999 is not marked',
      () =>
        vscode.languages.getDiagnostics(document.uri).some(({ message }) => message.includes('SSL999'))
          ? true
          : undefined,
    );
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      new vscode.Position(4, 6),
    );
    const texts = items.map(({ label, documentation }) => [
      typeof label === 'string' ? label : label.label,
      documentation instanceof vscode.MarkdownString ? documentation.value : documentation,
    ]);
    for (const [name, title] of [
      ['SSL031', ruleTitles().get('SSL031')],
      ['mixing', ruleTitles().get('mixing')],
    ] as const)
      assert.deepEqual(
        texts.find(([label]) => label === name),
        [name, title],
      );
  });

  it('have the severity that the settings say', async () => {
    const document = await open();
    const settings = vscode.workspace.getConfiguration('esp8266-ssl.diagnostics');
    try {
      await settings.update('severity', { SSL001: 'info', order: 'off' });
      await settled(document.uri, ['SSL001']);
      const shown = vscode.languages
        .getDiagnostics(document.uri)
        .find(({ code }) => typeof code === 'object' && code.value === 'SSL001');
      assert.equal(shown?.severity, vscode.DiagnosticSeverity.Information);
      await settings.update('severity', undefined);
      await settings.update('enable', false);
      await settled(document.uri, []);
    } finally {
      await settings.update('severity', undefined);
      await settings.update('enable', undefined);
    }
    await settled(document.uri, ['SSL001', 'SSL031']);
  });

  it('are shown of files that nobody opened, and go with them', async () => {
    await open();
    const other = faulty
      .replace('void user_init(void)\n{\n}\n', '')
      .replace(/\b(dial|on_\w+|conn|tcp)\b/g, '$1_2');
    writeFileSync(
      uri('second.c').fsPath,
      other.replaceAll('proto.tcp_2', 'proto.tcp').replaceAll('esp_tcp_2', 'esp_tcp'),
    );
    await settled(uri('second.c'), ['SSL001', 'SSL031']);
    rmSync(uri('second.c').fsPath);
    await settled(uri('second.c'), []);
    const settings = vscode.workspace.getConfiguration('esp8266-ssl.diagnostics');
    try {
      await settings.update('workspaceScan', false);
      await settled(uri('main.c'), ['SSL001', 'SSL031']);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await settled(uri('main.c'), []);
    } finally {
      await settings.update('workspaceScan', undefined);
    }
  });

  it('move with their folder', async () => {
    await settled(uri('main.c'), ['SSL001', 'SSL031']);
    renameSync(uri().fsPath, `${uri().fsPath}-moved`);
    try {
      await settled(vscode.Uri.file(`${uri().fsPath}-moved/main.c`), ['SSL001', 'SSL031']);
      await settled(uri('main.c'), []);
    } finally {
      rmSync(`${uri().fsPath}-moved`, { recursive: true });
    }
    await settled(vscode.Uri.file(`${uri().fsPath}-moved/main.c`), []);
  });

  it('are those of a folder that is removed and made again at once', async () => {
    const header = uri('inner', 'cert.h');
    await settled(uri('main.c'), ['SSL001', 'SSL031']);
    rmSync(uri().fsPath, { recursive: true });
    mkdirSync(uri('inner').fsPath, { recursive: true });
    // VS Code tells only that the outer folder has changed.
    writeFileSync(
      header.fsPath,
      'unsigned char default_certificate[] = { 1, 2, 3 };\nunsigned int default_certificate_len = 4;\n',
    );
    await settled(header, ['SSL101', 'SSL102']);
    await settled(uri('main.c'), []);
  });

  it('are those of all folders that come at once', async () => {
    const headers = [uri('one', 'deep', 'cert.h'), uri('one-more', 'cert.h'), uri('two', 'cert.h')];
    const skipped = uri('node_modules', 'module', 'cert.h');
    for (const header of [skipped, ...headers]) {
      mkdirSync(path.dirname(header.fsPath), { recursive: true });
      writeFileSync(
        header.fsPath,
        'unsigned char default_certificate[] = { 1, 2, 3 };\nunsigned int default_certificate_len = 4;\n',
      );
    }
    for (const header of headers) await settled(header, ['SSL101', 'SSL102']);
    assert.deepEqual(codes(skipped), []);
  });

  it('are there in spite of settings that are wrong', async () => {
    writeFileSync(uri('esp8266-ssl.json').fsPath, '{ "tlsLibrary": "libtls" }');
    writeFileSync(uri('main.c').fsPath, faulty.replace('espconn_sent', 'espconn_secure_sent'));
    await settled(uri('main.c'), ['SSL031']);
    writeFileSync(uri('main.c').fsPath, faulty);
    await settled(uri('main.c'), ['SSL001', 'SSL031']);
  });

  it('leave correct programs alone', async () => {
    const broker = uri('telemetry', 'user', 'broker.c');
    cpSync(path.join(__dirname, '..', '..', 'test', 'corpus', 'telemetry'), uri('telemetry').fsPath, {
      recursive: true,
    });
    const correct = readFileSync(broker.fsPath, 'utf8');
    writeFileSync(broker.fsPath, correct.replace('result = espconn_secure_send(', 'result = espconn_send('));
    await settled(broker, ['SSL001']);
    const document = await vscode.workspace.openTextDocument(broker);
    await vscode.window.showTextDocument(document);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(broker, new vscode.Range(0, 0, document.lineCount, 0), correct);
    assert.equal(await vscode.workspace.applyEdit(edit), true);
    await settled(broker, []);
    assert.deepEqual(codes(uri('telemetry', 'user', 'user_main.c')), []);
  });

  it('leave alone what is too large', async () => {
    const long = `${faulty.replace('espconn_secure_disconnect', 'espconn_disconnect')}/*${'x'.repeat(512 * 1024)}*/\n`;
    writeFileSync(uri('main.c').fsPath, long.slice(0, 500 * 1024) + '*/\n');
    await settled(uri('main.c'), ['SSL001', 'SSL002']);
    writeFileSync(uri('main.c').fsPath, long);
    await settled(uri('main.c'), []);
  });

  it('come with what the SDK’s functions do', async () => {
    const document = await open();
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      placeOf(document, 'espconn_secure_ca_enable', 4),
    );
    const text = hovers.flatMap(hover => hover.contents.map(textOf)).join('\n');
    for (const part of [
      'CA',
      '`flash_sector`: the sector',
      '(1 to 4095)',
      'since SDK',
      '`true`',
      'before the connection',
      '[SSL021]',
    ])
      assert.ok(text.includes(part), `${part} in ${text}`);
    assert.doesNotMatch(text, /bool espconn/, 'declarations are the business of others');
  });

  it('come with the parameters of a call that is being written', async () => {
    const document = await open();
    const help = await vscode.commands.executeCommand<vscode.SignatureHelp>(
      'vscode.executeSignatureHelpProvider',
      document.uri,
      placeOf(document, 'CA_SECTOR);', 3),
      ',',
    );
    assert.equal(help.activeParameter, 1);
    const [signature] = help.signatures;
    assert.equal(signature?.label, 'bool espconn_secure_ca_enable(uint8 level, uint32 flash_sector)');
    assert.deepEqual(
      signature.parameters.map(({ label }) =>
        typeof label === 'string' ? label : signature.label.slice(...label),
      ),
      ['uint8 level', 'uint32 flash_sector'],
    );
  });

  it('come with what numbers mean', async () => {
    const document = await open();
    const ask = () =>
      vscode.commands.executeCommand<vscode.InlayHint[]>(
        'vscode.executeInlayHintProvider',
        document.uri,
        new vscode.Range(0, 0, document.lineCount, 0),
      );
    // VS Code asks again when a text has changed meanwhile, and gets none of the old.
    let hints = await ask();
    for (const end = Date.now() + 60_000; hints.length === 0 && Date.now() < end;) hints = await ask();
    assert.deepEqual(
      hints.map(({ label, position }) => [label, document.lineAt(position).text.trim()]),
      [
        ['ESPCONN_RST', 'if (error == -9)'],
        // By the map of the Makefile.
        ['→ 0x7B000 · user1.bin', 'espconn_secure_ca_enable(ESPCONN_CLIENT, CA_SECTOR);'],
      ],
    );
  });

  it('come with the names that fit', async () => {
    const document = await open();
    const names = async (position: vscode.Position) => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        position,
      );
      return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    };
    const atLevel = await names(placeOf(document, 'ESPCONN_CLIENT', 3));
    for (const name of ['ESPCONN_CLIENT', 'ESPCONN_SERVER', 'ESPCONN_BOTH'])
      assert.ok(atLevel.includes(name));
    const atError = await names(placeOf(document, '-9'));
    assert.ok(atError.includes('ESPCONN_HANDSHAKE') && !atError.includes('ESPCONN_CLIENT'));
  });

  it('say nothing of C that is no firmware', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'c', content: faulty });
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      placeOf(document, 'espconn_secure_ca_enable', 4),
    );
    assert.deepEqual(hovers, []);
    assert.deepEqual(codes(document.uri), []);
  });
});

function textOf(content: vscode.Hover['contents'][number]): string {
  assert.ok(content instanceof vscode.MarkdownString);
  return content.value;
}

async function until<T>(failure: () => string, look: () => T | undefined): Promise<T> {
  for (const end = Date.now() + 60_000; ;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(failure());
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
