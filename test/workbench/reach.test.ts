import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { buildStackFirmware, peerName } from '../firmware-sources/stack/build';
import { openWorkbench, pressF5, type Workbench } from './workbench';

/** ms; a busy computer starts the extension and the device slowly. */
const patience = 90_000;

/** Firmware with a network stack of its own asks for a service of this computer. */
describe('firmware that wants to reach this computer', function () {
  this.timeout(6 * patience);
  let workbench: Workbench;
  let scratch = '';
  let server: net.Server;
  let port = 0;
  let connections = 0;

  before(async () => {
    scratch = mkdtempSync(path.join(os.tmpdir(), 'reach-'));
    server = net.createServer(socket => {
      connections++;
      socket.on('error', () => undefined);
      socket.end();
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    workbench = await openWorkbench({ fill: () => undefined });
    workbench.page.setDefaultTimeout(patience);
  });
  after(async () => {
    await workbench.close();
    server.close();
    rmSync(scratch, { recursive: true, force: true });
  });
  beforeEach(() => {
    connections = 0;
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed() === true) await workbench.screenshot('reach-failed');
    await stop();
    await workbench.page.goto('about:blank');
  });

  const dialog = () => workbench.page.locator('.monaco-dialog-box');
  const toast = () => workbench.page.locator('.notification-toast').filter({ hasText: 'may not reach' });

  /** Waits for a line of the debug console; those scrolled away are not in the page, unless they are looked for. */
  async function logged(text: string): Promise<void> {
    const { page } = workbench;
    await page
      .getByPlaceholder(/^Filter \(e\.g\. text/)
      .first()
      .fill(text);
    await page.locator('.repl .monaco-list-row').getByText(text).first().waitFor();
  }

  /** A workspace with the firmware, which connects to `remote` as soon as it has an address. */
  async function project(name: string, remote: string, network: object): Promise<void> {
    const folder = path.join(scratch, name);
    mkdirSync(folder);
    await buildStackFirmware(folder);
    writeFileSync(path.join(folder, 'remote.bin'), `${remote}\0`);
    const flash = { '0x7c000': 'remote.bin' };
    const ports = { 443: 0, 7000: 0 };
    const simulator = { certificates: '', flash, network, ports };
    writeFileSync(path.join(folder, 'esp8266-ssl.json'), JSON.stringify({ simulator }));
    mkdirSync(path.join(folder, '.vscode'));
    const program = '${workspaceFolder}/firmware.elf';
    const configuration = { type: 'esp8266-ssl', request: 'launch', name: 'device', program };
    writeFileSync(
      path.join(folder, '.vscode', 'launch.json'),
      JSON.stringify({ version: '0.2.0', configurations: [configuration] }),
    );
    await workbench.open(folder);
    await workbench.ready();
  }

  async function stop(): Promise<void> {
    const { page } = workbench;
    const toolbar = page.locator('.debug-toolbar');
    // A session that is just starting does not hear it yet.
    for (const end = Date.now() + patience; await toolbar.isVisible();) {
      assert.ok(Date.now() < end, 'the device is not stopped');
      await page.keyboard.press('Shift+F5');
      await page.waitForTimeout(500);
    }
  }

  async function connected(): Promise<void> {
    for (const end = Date.now() + patience; connections === 0;) {
      assert.ok(Date.now() < end, 'the device does not connect');
      await workbench.page.waitForTimeout(50);
    }
    // The device may be faster than the page.
    await workbench.page.locator('.debug-toolbar').waitFor();
  }

  it('is asked for by the project: the question names the place, and the answer is kept', async () => {
    await project('wish', `${peerName} 8443`, { hosts: { [peerName]: `127.0.0.1:${port}` } });
    await pressF5(workbench.page);
    await dialog().getByText(`Allow the firmware of this project to reach 127.0.0.1:${port}?`).waitFor();
    await workbench.screenshot('reach-question');
    await dialog().getByRole('button', { name: "Don't Allow" }).click();
    await logged('only you can allow that');
    await logged('it is this computer');
    await workbench.screenshot('reach-refused');
    assert.equal(connections, 0);
    await stop();

    // A question would hold the device back.
    await pressF5(workbench.page);
    await workbench.page.locator('.debug-toolbar').waitFor();
    await logged('it is this computer');
    assert.equal(await dialog().count(), 0);
    assert.equal(await toast().count(), 0);
    assert.equal(connections, 0);
  });

  it('is allowed for a workspace, and not asked again', async () => {
    await project('allowed', `${peerName} 8443`, {
      outbound: 'local',
      hosts: { [peerName]: `127.0.0.1:${port}` },
    });
    await pressF5(workbench.page);
    await dialog().getByText('to reach this computer and private networks?').waitFor();
    await dialog().getByRole('button', { name: 'Allow', exact: true }).click();
    await connected();
    await stop();

    connections = 0;
    await pressF5(workbench.page);
    await connected();
    assert.equal(await dialog().count(), 0);
  });

  it('tries it unasked: a notification allows it and starts the device again', async () => {
    // The router of the device is this computer.
    await project('unasked', `192.168.1.1 ${port}`, {});
    await pressF5(workbench.page);
    await toast().getByText(`127.0.0.1:${port}`).waitFor();
    await workbench.screenshot('reach-notification');
    assert.equal(connections, 0);
    await toast().getByRole('button', { name: 'Allow and Restart' }).click();
    await connected();
  });
});
