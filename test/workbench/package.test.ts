import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';

/** Everything that users download; a file more or less is a decision. */
const contents = [
  'extension.vsixmanifest',
  '[Content_Types].xml',
  ...[
    'LICENSE.txt',
    'changelog.md',
    'package.json',
    'package.nls.json',
    'package.nls.zh-cn.json',
    'readme.md',
  ],
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
  'docs/commands.md',
  'docs/flashing.md',
  'docs/functions.md',
  'docs/server.md',
  'docs/simulator.md',
  'l10n/bundle.l10n.zh-cn.json',
  'media/activityBar.svg',
  'media/icon.png',
  'out/certificatePage.css',
  'out/flashPage.css',
  'out/tree-sitter-c.wasm',
  'out/web-tree-sitter.wasm',
  ...[
    'ajv',
    'analysisFeatures',
    'asn1-schema',
    'asn1js',
    'board',
    'burnCommands',
    'ca',
    'certificateFeatures',
    'certificatePage',
    'certs',
    'certsBadSet',
    'certsDevices',
    'check',
    'checkProject',
    'checkWorker',
    'clangd',
    'clangdSetup',
    'cli',
    'completion',
    'debugAdapter',
    'demo',
    'deviceList',
    'deviceWorker',
    'devices',
    'extension',
    'flash',
    'flashClaims',
    'flashFeatures',
    'flashInSources',
    'flashPage',
    'inspect',
    'judge',
    'l10n',
    'makeCertificates',
    'makers',
    'problems',
    'report',
    'schema',
    'signCommand',
    'simulate',
    'visit',
    'writeBadSet',
    'writeNumbers',
    'x509',
  ].map(name => `out/${name}.js`),
  // serialport's native part for each system: about 0.7 MB of the package.
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
    'win32-ia32/@serialport+bindings-cpp.node',
    'win32-x64/@serialport+bindings-cpp.node',
  ].map(name => `out/prebuilds/${name}`),
  ...['README.md', 'firmware.elf', 'include/user_config.h', 'user/user_main.c'].map(
    name => `samples/https-server/${name}`,
  ),
].map(name => (/^\[|vsixmanifest/.test(name) ? name : `extension/${name}`));

/** Bytes; the C parser and the rules have about 230 KB of it, serialport's native parts 730 KB. */
const largest = 2_600_000;

describe('the package', function () {
  this.timeout(60_000);

  it('holds what is needed, no sources, tests or source maps', async () => {
    const { packageExtension } = await import('../../scripts/lib/packageExtension.mjs');
    const file = packageExtension();
    const names = execFileSync('unzip', ['-Z1', file], { encoding: 'utf8' }).trim().split('\n');
    assert.deepEqual(names.sort(), contents.sort());
    assert.ok(statSync(file).size < largest, `${statSync(file).size} bytes`);
    const programs = execFileSync('unzip', ['-p', file, 'extension/out/*.js'], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    assert.doesNotMatch(programs, /sourceMappingURL/);
    assert.doesNotMatch(programs, /\/work\/|require\("(?!node:|vscode|\.\/)[^"]*peculiar/);
  });
});
