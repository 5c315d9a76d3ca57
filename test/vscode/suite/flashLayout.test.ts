import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { flashInSources } from '../../../src/analysis/project/flashInSources';
import { LayoutSession } from '../../../src/editor/flash/layoutSession';
import { buildRamImage } from '../../../src/flash/appImage';
import type { FlashView, MessageFromPage, MessageToPage } from '../../../src/editor/flash/pageMessages';

const text = `{
  // kept
  "sdk": "2.2.1",
  "flash": {
    "map": 4,
    "regions": [
      { "name": "ca", "sector": "0x100" },
      { "name": "key", "sector": "0x101" }
    ]
  }
}
`;

/** The rule that a diagnostic links to; undefined without its page. */
function ruleOf({ code }: vscode.Diagnostic): unknown {
  if (typeof code !== 'object') return undefined;
  return code.target.toString() === `esp8266-ssl-rule:/${code.value}.md` ? code.value : undefined;
}

describe('the flash layout', () => {
  const root = () => vscode.workspace.workspaceFolders?.[0]?.uri ?? assert.fail('no folder');
  const uri = (...parts: string[]) => vscode.Uri.joinPath(root(), ...parts);
  const project = () => uri('esp8266-ssl.json');
  let document: vscode.TextDocument;
  let session: LayoutSession;
  let messages: MessageToPage[];

  beforeEach(async () => {
    writeFileSync(project().fsPath, text);
    document = await vscode.workspace.openTextDocument(project());
    // Other suites had this file open: VS Code may still have their text, and on a busy machine their editor may come to the front.
    for (const end = Date.now() + 60_000; document.getText() !== text || document.isDirty;) {
      if (Date.now() > end) assert.fail(`another text: ${document.getText()}`);
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.files.revert');
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    await vscode.window.showTextDocument(document);
    messages = [];
    // What the page would get, and below what it would send: the page itself is seen in the workbench.
    session = new LayoutSession(document, flashInSources, message => messages.push(message));
    await session.receive({ type: 'ready' });
  });

  afterEach(async () => {
    session.dispose();
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(project().fsPath, { force: true });
  });

  const send = (message: MessageFromPage) => session.receive(message);
  const view = (): FlashView => {
    const last = messages.findLast(({ type }) => type === 'show');
    return last?.type === 'show' ? last.view : assert.fail('nothing is shown');
  };
  const addressOf = (name: string) => view().parts.find(part => part.name === name)?.address;
  const edit = async (from: string, to: string) => {
    const change = new vscode.WorkspaceEdit();
    const start = document.getText().indexOf(from);
    assert.notEqual(start, -1, from);
    change.replace(
      document.uri,
      new vscode.Range(document.positionAt(start), document.positionAt(start + from.length)),
      to,
    );
    await vscode.workspace.applyEdit(change);
  };

  it('shows what is edited in the text, at once', async () => {
    assert.equal(addressOf('ca'), 0x100000);
    await edit('0x100', '0x200');
    await until('not shown', () => addressOf('ca') === 0x200000);
    assert.deepEqual(view().notes, []);
    await edit('0x101', '0x200');
    await until('no finding', () => view().notes.some(({ text: note }) => note.includes('both occupy')));
  });

  it('keeps the last good state while the text is broken, and says where', async () => {
    await edit('"map": 4,', '"map": 4,,');
    await until('no problem', () => view().problem !== undefined);
    assert.match(view().problem ?? '', /line 5/);
    assert.equal(view().readOnly, true);
    assert.equal(addressOf('ca'), 0x100000);
    const broken = document.getText();
    await send({ type: 'move', part: 'region:0', address: 0x300000 });
    assert.equal(document.getText(), broken);
    await send({ type: 'showProblem' });
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 4);
    await edit(',,', ',');
    await until('still broken', () => view().problem === undefined);
  });

  it('writes moves into the text, each one step to undo', async () => {
    await send({ type: 'move', part: 'region:0', address: 0x300123 });
    assert.equal(document.getText(), text.replace('0x100', '0x300'));
    assert.equal(addressOf('ca'), 0x300000);
    await Promise.all([1, 1, 16].map(sectors => send({ type: 'step', part: 'region:1', sectors })));
    assert.equal(document.getText(), text.replace('0x100', '0x300').replace('0x101', '0x113'));
    await send({ type: 'type', part: 'region:1', place: '236 KB' });
    assert.equal(document.getText(), text.replace('0x100', '0x300').replace('0x101', '0x3B'));
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), text.replace('0x100', '0x300').replace('0x101', '0x113'));
    for (let step = 0; step < 4; step++) await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), text);
    await until('not shown', () => addressOf('ca') === 0x100000);
  });

  it('says why it does nothing, and takes no message that is none', async () => {
    await send({ type: 'type', part: 'region:0', place: 'nowhere' });
    assert.deepEqual(messages.at(-1)?.type, 'said');
    for (const message of [
      null,
      'move',
      { type: 'move' },
      { type: 'move', part: 'region:0', address: -1 },
      { type: 'move', part: 'region:0', address: 1.5 },
      { type: 'choose', choice: 'other', value: '1', sure: true },
      { type: 'toString' },
    ])
      await session.receive(message);
    await send({ type: 'move', part: 'region:99', address: 0x1000 });
    assert.equal(document.getText(), text);
  });

  it('puts a region where it fits, and says why there', async () => {
    await send({ type: 'move', part: 'region:1', address: 0x100000 });
    await send({ type: 'fit', part: 'region:1' });
    const said = messages.at(-1);
    assert.ok(said?.type === 'said' && said.text.includes('Not used by firmware'), JSON.stringify(said));
    assert.deepEqual(view().notes, []);
  });

  it('asks before a map that breaks the layout, and changes to one that does not', async () => {
    await send({ type: 'choose', choice: 'map', value: '2', sure: false });
    const asked = messages.at(-1);
    assert.ok(asked?.type === 'ask' && asked.brings.length === 2, JSON.stringify(asked));
    assert.equal(document.getText(), text);
    await send({ type: 'choose', choice: 'map', value: '9', sure: false });
    assert.equal(view().flash, 16 << 20);
    await send({ type: 'choose', choice: 'map', value: '2', sure: true });
    assert.equal(document.getText(), text.replace('"map": 4', '"map": 2'));
    assert.equal(view().notes.length, 2);
  });

  it('places files that are dropped, and watches their size', async () => {
    writeFileSync(uri('drop.bin').fsPath, Buffer.alloc(5000));
    try {
      await send({ type: 'drop', address: 0x200000, uris: `${uri('drop.bin').toString()}\r\n` });
      const size = () => view().parts.find(({ file }) => file === 'drop.bin');
      assert.deepEqual([size()?.address, size()?.size, size()?.used], [0x200000, 8192, 5000]);
      writeFileSync(uri('drop.bin').fsPath, Buffer.alloc(20_000));
      await until('the size is not seen', () => size()?.used === 20_000);
    } finally {
      rmSync(uri('drop.bin').fsPath);
    }
  });

  it('sees what the files of its places are, and when they change', async () => {
    const boot = uri('boot.bin').fsPath;
    writeFileSync(boot, Buffer.alloc(100, 0x5a));
    try {
      await edit('"map": 4,', '"map": 4, "files": { "boot": "boot.bin" },');
      const isTold = () => view().notes.some(note => note.text.includes('boot.bin is not a firmware image'));
      await until('no finding', isTold);
      assert.equal(view().parts.find(({ id }) => id === 'area:boot')?.state, 'error');
      await until('not in the text', () =>
        vscode.languages.getDiagnostics(project()).some(diagnostic => ruleOf(diagnostic) === 'SSL215'),
      );
      writeFileSync(boot, buildRamImage(0x40100000, [{ address: 0x40100000, bytes: Buffer.alloc(200) }]));
      await until('the finding stays', () => !isTold());
    } finally {
      rmSync(boot);
    }
  });

  it('marks what is wrong in the text, and moves it', async () => {
    await edit('0x101', '0x3FD');
    const marked = await until('no diagnostic', () =>
      vscode.languages.getDiagnostics(project()).find(diagnostic => ruleOf(diagnostic) === 'SSL206'),
    );
    assert.equal(document.getText(marked.range), '"0x3FD"');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      project(),
      marked.range,
    );
    const move = actions.find(({ title }) => title.startsWith('Move to sector')) ?? assert.fail('no fix');
    await vscode.workspace.applyEdit(move.edit ?? assert.fail('no edit'));
    await until('the finding stays', () => vscode.languages.getDiagnostics(project()).length === 0);
  });

  it('keeps sources and layout in step, either way', async () => {
    const source = uri('user', 'sectors.c');
    const code = (sector: string) => `void f(void) { espconn_secure_ca_enable(1, ${sector}); }\n`;
    writeFileSync(source.fsPath, code('0x3B'));
    try {
      await edit('"name": "ca"', '"file": "esp_ca_cert.bin"');
      const disagreement = () => view().notes.findIndex(note => note.text.includes('user/sectors.c:1'));
      await until('no disagreement', () => disagreement() !== -1);
      // Sector 0x3B is where a larger image would reach: the layout is not moved there.
      assert.deepEqual(view().notes[disagreement()]?.fixes, ['Use This Sector in the Source']);
      await send({ type: 'fix', note: disagreement(), button: 0 });
      assert.equal(readFileSync(source.fsPath, 'utf8'), code('0x100'));
      await until('still a disagreement', () => disagreement() === -1);
      assert.match(view().parts.find(({ id }) => id === 'region:0')?.why ?? '', /sectors\.c:1/);
      writeFileSync(source.fsPath, code('0x200'));
      await until('no disagreement', () => disagreement() !== -1);
      await send({ type: 'fix', note: disagreement(), button: 0 });
      assert.equal(addressOf('esp_ca_cert.bin'), 0x200000);
      assert.equal(disagreement(), -1);
    } finally {
      rmSync(source.fsPath);
    }
  });

  it('keeps the sources’ partition table in step, either way', async () => {
    await edit('"sdk": "2.2.1"', '"sdk": "3.0.6"');
    writeFileSync(uri('esp_ca_cert.bin').fsPath, Buffer.alloc(1000, 0x30));
    await edit('"name": "ca"', '"file": "esp_ca_cert.bin"');
    await document.save();
    const table = await vscode.commands.executeCommand<vscode.Uri>(
      'esp8266-ssl.generatePartitionTable',
      project(),
    );
    const code = () => readFileSync(table.fsPath, 'utf8');
    try {
      assert.match(vscode.workspace.asRelativePath(table), /^user\/user_partitions\.c$/);
      const why = (id: string) => view().parts.find(part => part.id === id)?.why ?? '';
      await until('not read back', () => why('region:0').startsWith('Registered as SSL_CLIENT_CA in user/'));
      assert.match(why('region:1'), /CUSTOMER_BEGIN \+ 1/);
      assert.match(why('area:user2'), /OTA_2/);
      const disagreement = () =>
        view().notes.findIndex(({ text: note }) => /registers .*, but .* is at/.test(note));
      assert.equal(disagreement(), -1);
      await send({ type: 'move', part: 'region:0', address: 0x200000 });
      await send({ type: 'move', part: 'region:1', address: 0x201000 });
      assert.deepEqual(
        view().notes.map(({ fixes }) => fixes),
        [
          ['Use the Source’s Address Here', 'Use the Layout in the Source'],
          ['Use the Source’s Address Here', 'Use the Layout in the Source'],
        ],
      );
      await send({ type: 'fix', note: 0, button: 1 });
      assert.match(code(), /SYSTEM_PARTITION_SSL_CLIENT_CA, 0x200000, 0x1000/);
      await until('still two', () => view().notes.length === 1);
      await send({ type: 'fix', note: 0, button: 0 });
      assert.equal(addressOf('key'), 0x101000);
      assert.deepEqual(view().notes, []);
      await send({ type: 'choose', choice: 'map', value: '9', sure: true });
      await until('no word on the map', () =>
        view().notes.some(({ text: note }) => note.includes('for the map')),
      );
    } finally {
      rmSync(table.fsPath);
      rmSync(uri('esp_ca_cert.bin').fsPath);
    }
  });

  it('says what would be wrong while a region is dragged', async () => {
    const over = async (address: number) => {
      await send({ type: 'drag', part: 'region:1', address });
      const last = messages.at(-1);
      return last?.type === 'dragged' ? [last.severity, last.text, last.address] : assert.fail();
    };
    assert.deepEqual(await over(0x100abc), [
      'error',
      'key and ca both occupy 0x100000 to 0x100FFF.',
      0x100000,
    ]);
    assert.deepEqual(await over(0x200000), [undefined, '', 0x200000]);
    assert.equal(document.getText(), text);
  });

  it('says how many findings there are more than it shows', async () => {
    const regions = Array.from({ length: 250 }, (_, index) => `{ "name": "r${index}" }`).join(', ');
    await edit('{ "name": "ca", "sector": "0x100" }', regions);
    await until('not cut', () => view().moreNotes !== undefined);
    assert.equal(view().notes.length, 200);
    assert.equal(view().moreNotes, 'And 50 more.');
  });

  it('gets certificates by a command', async () => {
    writeFileSync(uri('esp_ca_cert.bin').fsPath, Buffer.alloc(1000, 0x30));
    try {
      const place = () =>
        vscode.commands.executeCommand<number>('esp8266-ssl.placeInFlash', uri('esp_ca_cert.bin'));
      const address = await place();
      assert.ok(address > 0);
      const saved = readFileSync(project().fsPath, 'utf8');
      assert.match(
        saved,
        new RegExp(`"esp_ca_cert.bin",\\s*"sector": "0x${(address / 4096).toString(16)}"`, 'i'),
      );
      assert.equal(await place(), address);
      assert.equal(readFileSync(project().fsPath, 'utf8'), saved);
    } finally {
      rmSync(uri('esp_ca_cert.bin').fsPath);
    }
  });

  it('opens in its editor, and dumps in theirs', async () => {
    const dump = path.join(root().fsPath, 'dump.bin');
    writeFileSync(dump, Buffer.alloc(512 * 1024, 0xff));
    try {
      const viewType = () => {
        const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
        return input instanceof vscode.TabInputCustom ? input.viewType : undefined;
      };
      await vscode.commands.executeCommand('esp8266-ssl.openFlashLayout', project());
      await until('no layout', () => viewType() === 'esp8266-ssl.flashLayout');
      await vscode.commands.executeCommand('esp8266-ssl.openFlashDump', vscode.Uri.file(dump));
      await until('no dump', () => viewType() === 'esp8266-ssl.flashDump');
    } finally {
      rmSync(dump);
    }
  });
});

async function until<T>(failure: string, look: () => T | undefined | false): Promise<T> {
  for (const end = Date.now() + 60_000; ;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(failure);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
