import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { cHeader } from '../../../src/certificates/cHeader';

describe('seeing certificates', () => {
  const root = () => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const file = (...parts: string[]) => path.join(root(), ...parts);
  const uri = (...parts: string[]) => vscode.Uri.file(file(...parts));

  before(async () => {
    await vscode.commands.executeCommand('esp8266-ssl.generateCertificates', { name: '127.0.0.1' });
    mkdirSync(file('seen'), { recursive: true });
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(file('seen'), { recursive: true, force: true });
  });

  /** The findings on a file, when there are some like this. */
  const diagnostics = (where: vscode.Uri, code: string) =>
    until(`no ${code} on ${where.path}`, () => {
      const found = vscode.languages.getDiagnostics(where);
      return found.some(each => ruleOf(each) === code) ? found : undefined;
    });

  it('puts a lens over the array of cert.h', async () => {
    const document = await vscode.workspace.openTextDocument(uri('ssl', 'cert.h'));
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
      9,
    );
    const titles = lenses.map(lens => lens.command?.title ?? '');
    assert.match(titles[0] ?? '', /^127\.0\.0\.1 · RSA 2048 · sha256 · \d+ days left · \d+ bytes$/);
    assert.deepEqual(titles.slice(1), [
      'libssl: keys above 1024 bits are slow and may fail',
      'libmbedtls accepts it',
    ]);
    assert.equal(lenses[0]?.range.start.line, 0);
  });

  it('says more when the mouse is over its name', async () => {
    const document = await vscode.workspace.openTextDocument(uri('ssl', 'cert.h'));
    const name = document.positionAt(document.getText().indexOf('default_certificate') + 3);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      name,
    );
    const text = hovers.flatMap(hover => hover.contents.map(textOf)).join('\n');
    for (const part of ['Subject', 'ESP8266', 'Issuer', 'Signature', 'sha256WithRSAEncryption', 'SHA-256'])
      assert.ok(text.includes(part), `${part} in ${text}`);
  });

  it('keeps the key itself out of the hover of private_key.h', async () => {
    const document = await vscode.workspace.openTextDocument(uri('ssl', 'private_key.h'));
    const name = document.positionAt(document.getText().indexOf('default_private_key') + 3);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      name,
    );
    const text = hovers.flatMap(hover => hover.contents.map(textOf)).join('\n');
    assert.match(text, /RSA 2048/);
    const key = createPrivateKey(readFileSync(file('ssl', 'server.key'))).export({ format: 'jwk' });
    const secret = Buffer.from(key.d ?? '', 'base64url').subarray(2, 10);
    for (const encoding of ['hex', 'base64'] as const) assert.ok(!text.includes(secret.toString(encoding)));
  });

  it('finds a wrong length and corrects it', async () => {
    const right = readFileSync(file('ssl', 'cert.h'), 'utf8');
    writeFileSync(file('seen', 'cert.h'), `// 证书\r\n${right.replace(/_len = \d+/, '_len = 12')}`);
    const found = await diagnostics(uri('seen', 'cert.h'), 'SSL101');
    const shown = found.find(each => ruleOf(each) === 'SSL101');
    assert.ok(shown);
    assert.equal(shown.severity, vscode.DiagnosticSeverity.Error);
    assert.ok(typeof shown.code === 'object');
    const page = await vscode.workspace.openTextDocument(shown.code.target);
    assert.match(page.getText(), /^# SSL101: .+\n\n[^]*NOLINT\(SSL101\)/);
    await apply(uri('seen', 'cert.h'), shown, 'Correct the length');
    const document = await vscode.workspace.openTextDocument(uri('seen', 'cert.h'));
    assert.equal(document.getText().replaceAll('\r\n', '\n'), `// 证书\n${right}`);
    await document.save();
    await until('the finding stays', () =>
      vscode.languages.getDiagnostics(document.uri).some(each => ruleOf(each) === 'SSL101')
        ? undefined
        : true,
    );
  });

  it('gives findings the severity of the settings, and none where a comment says so', async () => {
    const right = readFileSync(file('ssl', 'cert.h'), 'utf8');
    const wrong = right.replace(/_len = \d+/, '_len = 12');
    writeFileSync(file('seen', 'cert.h'), wrong);
    const target = uri('seen', 'cert.h');
    const severity = () =>
      vscode.languages.getDiagnostics(target).find(each => ruleOf(each) === 'SSL101')?.severity;
    await diagnostics(target, 'SSL101');
    const settings = vscode.workspace.getConfiguration('esp8266-ssl.diagnostics');
    try {
      await settings.update('severity', { certificates: 'hint' });
      await until('no hint', () => (severity() === vscode.DiagnosticSeverity.Hint ? true : undefined));
      await settings.update('severity', { certificates: 'hint', SSL101: 'off' });
      await until('not off', () => (severity() === undefined ? true : undefined));
    } finally {
      await settings.update('severity', undefined);
    }
    await diagnostics(target, 'SSL101');
    writeFileSync(file('seen', 'cert.h'), wrong.replace(/_len = 12;/, '_len = 12; // NOLINT(SSL101)'));
    await until('not silenced', () => (severity() === undefined ? true : undefined));
  });

  it('finds a key in PKCS#8 when the project is linked with libssl, and converts it in place', async () => {
    const key = createPrivateKey(readFileSync(file('ssl', 'server.key')));
    writeFileSync(file('esp8266-ssl.json'), '{ "tlsLibrary": "libssl" }');
    try {
      const header = cHeader('default_private_key', key.export({ type: 'pkcs8', format: 'der' }));
      writeFileSync(file('seen', 'private_key.h'), header);
      const [shown] = (await diagnostics(uri('seen', 'private_key.h'), 'SSL102')).filter(
        each => ruleOf(each) === 'SSL102',
      );
      assert.ok(shown);
      await apply(uri('seen', 'private_key.h'), shown, 'Convert the key to PKCS#1');
      const document = await vscode.workspace.openTextDocument(uri('seen', 'private_key.h'));
      assert.equal(document.getText(), readFileSync(file('ssl', 'private_key.h'), 'utf8'));
      await document.save();
    } finally {
      rmSync(file('esp8266-ssl.json'));
    }
  });

  it('finds a size in the project’s file that the library does not verify', async () => {
    writeFileSync(file('esp8266-ssl.json'), '{\n  // mine\n  "certificates": { "bits": 1024 }\n}\n');
    writeFileSync(file('seen', 'ca.c'), 'void f(void) { espconn_secure_ca_enable(1, 0x3B); }\n');
    try {
      const [shown] = await diagnostics(uri('esp8266-ssl.json'), 'SSL106');
      assert.deepEqual([shown?.range.start.line, shown?.range.start.character], [2, 28]);
    } finally {
      rmSync(file('esp8266-ssl.json'));
      rmSync(file('seen', 'ca.c'));
    }
  });

  it('finds broken records, and shows the file in its page', async () => {
    const records = readFileSync(file('ssl', 'esp_ca_cert.bin'));
    writeFileSync(file('seen', 'esp_ca_cert.bin'), Buffer.concat([records, Buffer.alloc(64)]));
    const [shown] = await diagnostics(uri('seen', 'esp_ca_cert.bin'), 'SSL110');
    assert.match(shown?.message ?? '', /padded with 0x00/);
    await vscode.commands.executeCommand('vscode.open', uri('seen', 'esp_ca_cert.bin'));
    const tab = await until('no page', () => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof vscode.TabInputCustom ? input : undefined;
    });
    assert.equal(tab.viewType, 'esp8266-ssl.certificates');
    writeFileSync(file('seen', 'esp_ca_cert.bin'), records);
    await until('the finding stays', () =>
      vscode.languages.getDiagnostics(uri('seen', 'esp_ca_cert.bin')).length === 0 ? true : undefined,
    );
  });

  it('copies a fingerprint', async () => {
    await vscode.commands.executeCommand('esp8266-ssl.copyFingerprint', {
      kind: 'certificate',
      group: { certificate: { fingerprint: 'abc' } },
    });
    assert.equal(await vscode.env.clipboard.readText(), 'abc');
  });
});

function textOf(content: vscode.Hover['contents'][number]): string {
  assert.ok(content instanceof vscode.MarkdownString);
  return content.value.replaceAll('&nbsp;', ' ');
}

/** Applies the quick fix of this title, as the light bulb does. */
async function apply(where: vscode.Uri, shown: vscode.Diagnostic, title: string): Promise<void> {
  await vscode.workspace.openTextDocument(where);
  const action = await until(`no quick fix “${title}”`, async () => {
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      where,
      shown.range,
    );
    return actions.find(each => each.title === title);
  });
  assert.ok(action.edit);
  assert.equal(await vscode.workspace.applyEdit(action.edit), true);
}

async function until<T>(failure: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 60_000; ;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(failure);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** The rule that a diagnostic comes from. */
function ruleOf({ code }: vscode.Diagnostic): unknown {
  return typeof code === 'object' ? code.value : code;
}
