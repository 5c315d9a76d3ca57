import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const extensionId = 'esp8266-ssl.esp8266-ssl';

describe('the extension', () => {
  it('is found and activates by itself when a command runs', async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension, 'VS Code does not know the extension');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('registers every command that its manifest names', async () => {
    const manifest = vscode.extensions.getExtension(extensionId)?.packageJSON as {
      contributes: { commands: { command: string; title: string; category: string }[] };
    };
    const known = await vscode.commands.getCommands(true);
    for (const { command, title, category } of manifest.contributes.commands) {
      assert.ok(known.includes(command), command);
      assert.equal(category, 'ESP8266 SSL');
      assert.doesNotMatch(title, /^%/, 'the title has no text');
    }
  });
});
