import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.join(__dirname, '..', '..');

/** Everything that users download, by either way; a file more or less is a decision. */
const contents = [
  'README.zh-CN.md',
  'ThirdPartyNotices.txt',
  'package.json',
  'package.nls.json',
  'package.nls.zh-cn.json',
  ...[
    'c_types.h',
    'driver/uart.h',
    'eagle_soc.h',
    'espconn.h',
    'ets_sys.h',
    'gpio.h',
    'ip_addr.h',
    'mem.h',
    'os_type.h',
    'osapi.h',
    'queue.h',
    'sntp.h',
    'spi_flash.h',
    'stdbool.h',
    'stdint.h',
    'stdlib.h',
    'string.h',
    'upgrade.h',
    'user_interface.h',
  ].map(name => `device-sdk/include/${name}`),
  'device-sdk/esp8266.ld',
  'docs/README.md',
  'docs/check.md',
  'docs/clangd.md',
  'docs/cli.md',
  'docs/commands.md',
  'docs/flashing.md',
  'docs/functions.md',
  'docs/server.md',
  'docs/simulator.md',
  'l10n/bundle.l10n.zh-cn.json',
  'media/activityBar.svg',
  'media/icon.png',
  ...['certificates', 'flash', 'place', 'project', 'run'].flatMap(step =>
    ['dark', 'light'].map(theme => `media/walkthrough/${step}-${theme}.jpg`),
  ),
  'out/certificatePage.css',
  'out/flashPage.css',
  'out/tree-sitter-c.wasm',
  'out/web-tree-sitter.wasm',
  ...[
    'ajv',
    'analysisEntry',
    'analysisFeatures',
    'analysisWorker',
    'applySourceEdits',
    'asn1-schema',
    'asn1js',
    'board',
    'byteReader',
    'ca',
    'certificateFeatures',
    'certificatePage',
    'certs',
    'certsBadSet',
    'certsDevices',
    'check',
    'clangd',
    'clangdSetup',
    'cli',
    'compatibility',
    'completion',
    'debugAdapter',
    'debugFeatures',
    'demo',
    'deviceList',
    'deviceWorker',
    'devices',
    'doctor',
    'examine',
    'extension',
    'flash',
    'flashClaims',
    'flashCommands',
    'flashFeatures',
    'flashPage',
    'inspect',
    'l10n',
    'makeCertificates',
    'makers',
    'new',
    'newProject',
    'problems',
    'report',
    'schema',
    'signCommand',
    'simulate',
    'simulator',
    'visit',
    'writeBadSet',
    'x509',
  ].map(name => `out/${name}.js`),
  // serialport's native part for each system: about 0.6 MB of the package.
  ...[
    'darwin-x64+arm64/@serialport+bindings-cpp.node',
    'linux-arm/@serialport+bindings-cpp.armv6.glibc.node',
    'linux-arm/@serialport+bindings-cpp.armv7.glibc.node',
    'linux-arm/@serialport+bindings-cpp.armv7.musl.node',
    'linux-arm64/@serialport+bindings-cpp.armv8.glibc.node',
    'linux-arm64/@serialport+bindings-cpp.armv8.musl.node',
    'linux-x64/@serialport+bindings-cpp.glibc.node',
    'linux-x64/@serialport+bindings-cpp.musl.node',
    'win32-arm64/@serialport+bindings-cpp.armv8.node',
    'win32-x64/@serialport+bindings-cpp.node',
  ].map(name => `out/prebuilds/${name}`),
  ...['http-and-https-server', 'https-server', 'uart-bridge'].flatMap(template =>
    [
      ...['README.md', 'README.zh-cn.md', 'Makefile', 'esp8266-ssl.json', 'firmware.elf'],
      ...['.vscode/launch.json', '.vscode/tasks.json'],
      ...['check', 'credentials', 'user_config', 'wifi'].map(name => `include/${name}.h`),
      ...['credentials', 'flash_map', 'user_main', 'wifi'].map(name => `user/${name}.c`),
      ...(template === 'uart-bridge'
        ? ['include/uart.h', 'user/uart.c']
        : ['include/http.h', 'include/send_queue.h', 'user/http.c', 'user/send_queue.c']),
      ...(template === 'http-and-https-server' ? ['include/webserver.h', 'user/webserver.c'] : []),
    ].map(name => `samples/${template}/${name}`),
  ),
];

/**
 * Bytes; the C parser and the rules have about 300 KB of it, serialport’s native parts 630 KB, the templates 85 KB, the pictures 420 KB,
 * licences 25 KB.
 */
const largest = 3_500_000;

interface Manifest {
  name: string;
  version: string;
  publisher: string;
  dependencies?: object;
}
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;

describe('the extension’s package', () => {
  let file = '';
  before(async () => {
    const { packageExtension } = await import('../../scripts/lib/packageExtension.mjs');
    file = packageExtension();
  });
  const inside = (name: string) =>
    execFileSync('unzip', ['-p', file, name], { encoding: 'utf8', maxBuffer: 1 << 26 });

  it('holds what is needed, no sources, tests or source maps', () => {
    const names = execFileSync('unzip', ['-Z1', file], { encoding: 'utf8' }).trim().split('\n');
    const expected = [
      ...['extension.vsixmanifest', '[Content_Types].xml'],
      ...[...contents, 'LICENSE.txt', 'changelog.md', 'readme.md'].map(name => `extension/${name}`),
    ];
    assert.deepEqual(names.sort(), expected.sort());
    assert.ok(statSync(file).size < largest, `${statSync(file).size} bytes`);
    const programs = inside('extension/out/*.js');
    assert.doesNotMatch(programs, /sourceMappingURL/);
    assert.doesNotMatch(programs, /\/work\/|require\("(?!node:|vscode|\.\/)[^"]*peculiar/);
  });

  it('tells the stores what they ask for', () => {
    const vsix = inside('extension.vsixmanifest');
    const { name, version, publisher } = manifest;
    assert.ok(vsix.includes(`Id="${name}" Version="${version}" Publisher="${publisher}"`));
    const property = (id: string) =>
      new RegExp(String.raw`Id="Microsoft\.VisualStudio\.${id}" Value="([^"]+)"`).exec(vsix)?.[1];
    const isPreRelease = Number(version.split('.')[1]) % 2 === 1;
    assert.equal(property('Code.PreRelease'), isPreRelease ? 'true' : undefined);
    assert.match(property('Code.Engine') ?? '', /^\^1\.\d+\.\d+$/);
    assert.equal(property('Services.Branding.Theme'), 'dark');
    for (const link of ['Links.Source', 'Links.Support', 'Links.Learn', 'CustomerQnALink'])
      assert.match(property(`Services.${link}`) ?? '', /^https:\/\/github\.com\//, link);
    assert.match(vsix, /<Categories>[^<]*Debuggers[^<]*Linters/);
    assert.match(vsix, /<License>extension\/LICENSE\.txt<\/License>/);
    assert.match(vsix, /<Icon>extension\/media\/icon\.png<\/Icon>/);
    for (const asset of ['Details', 'Changelog', 'License'])
      assert.ok(vsix.includes(`Content.${asset}"`), asset);
    // PNG: width and height are two words behind the first chunk's name.
    const icon = readFileSync(path.join(root, 'media', 'icon.png'));
    assert.deepEqual([icon.readUInt32BE(16), icon.readUInt32BE(20)], [256, 256]);
    // The Marketplace shows at most 30 tags, and asks for pictures by https that are no SVG.
    assert.ok((/<Tags>([^<]*)/.exec(vsix)?.[1] ?? '').split(',').length <= 30);
    for (const [, address = ''] of inside('extension/readme.md').matchAll(/!\[[^\]]*\]\(([^)]+)\)/g))
      assert.match(address, /^https:\/\/(?!.*\.svg)/);
  });
});

describe('the npm package', () => {
  let folder = '';
  const node = (...args: string[]) =>
    execFileSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const installed = (...parts: string[]) => path.join(folder, 'node_modules', 'esp8266-ssl', ...parts);
  const cli = (...args: string[]) => node(path.join(folder, 'node_modules', '.bin', 'esp8266-ssl'), ...args);

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-npm-'));
    execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: root, stdio: 'pipe' });
    const tarball = `${manifest.name}-${manifest.version}.tgz`;
    assert.deepEqual(readdirSync(folder), [tarball]);
    execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`], {
      cwd: folder,
      stdio: 'pipe',
    });
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('holds the same, and brings nothing else', () => {
    const names = readdirSync(installed(), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => path.relative(installed(), path.join(entry.parentPath, entry.name)));
    assert.deepEqual(names.sort(), [...contents, 'LICENSE', 'CHANGELOG.md', 'README.md'].sort());
    assert.deepEqual(
      readdirSync(path.join(folder, 'node_modules')).filter(name => !name.startsWith('.')),
      ['esp8266-ssl'],
    );
  });

  it('says its version', () => {
    assert.equal(cli('--version').trim(), manifest.version);
  });

  it('makes certificates, checks sources and serves TLS in an empty folder', async () => {
    cli('certs', '--name', '127.0.0.1', '--out', 'ssl');
    for (const name of ['ca.crt', 'cert.h', 'esp_cert_private_key.bin'])
      assert.ok(existsSync(path.join(folder, 'ssl', name)), name);
    const sample = installed('samples', 'https-server');
    assert.doesNotThrow(() => cli('check', sample, '--fail-on', 'error'));
    assert.match(cli('inspect', 'ssl/cert.h'), /127\.0\.0\.1/);

    const device = spawn(
      process.execPath,
      [
        path.join(folder, 'node_modules', '.bin', 'esp8266-ssl'),
        ...['simulate', path.join(sample, 'firmware.elf'), '--port', '443=0'],
      ],
      { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      const address = await new Promise<string>((resolve, reject) => {
        let output = '';
        device.stdout.on('data', data => {
          output += String(data);
          const [, found] = /open at (https:\S+)/.exec(output) ?? [];
          if (found !== undefined) resolve(found);
        });
        device.once('exit', () => {
          reject(new Error(output));
        });
      });
      const page = execFileSync('curl', ['-sS', '--cacert', 'ssl/ca.crt', address], {
        cwd: folder,
        encoding: 'utf8',
      });
      assert.match(page, /Hello from ESP8266/);
    } finally {
      device.kill('SIGINT');
      if (device.exitCode === null) await once(device, 'exit');
    }
  });
});
