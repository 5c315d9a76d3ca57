import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { check } from '../../../src/cli/check';
import { deviceFile, selfSigned } from '../inspect/samples';
import { cHeader } from '../../../src/certificates/cHeader';

interface Found {
  rule: string;
  severity: string;
  file: string;
  line: number;
  column: number;
  group: string;
  fixes: { edits: { line: number; column: number; endColumn: number; text: string }[] }[];
}

describe('esp8266-ssl check, of certificates', function () {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'check-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function write(file: string, contents: Uint8Array | string): void {
    const at = path.join(folder, file);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, contents);
  }

  async function found(...args: string[]): Promise<Found[]> {
    const out: string[] = [];
    await check([folder, '--rule', 'certificates', '--format', 'json', ...args], {
      out: line => out.push(line),
      write: () => undefined,
      error: () => undefined,
    });
    return (JSON.parse(out.join('\n')) as { findings: Found[] }).findings;
  }

  const places = (all: readonly Found[]) =>
    all.map(({ rule, file, line }) => `${rule} ${path.relative(folder, file)}:${line}`);
  const set = 'espconn_secure_set_default_';
  const server = (...lines: string[]) =>
    ['#include "cert.h"', '#include "private_key.h"', 'void user_init(void) {', ...lines, '}', ''].join('\n');
  const right = [
    `  ${set}certificate(default_certificate, default_certificate_len);`,
    `  ${set}private_key(default_private_key, default_private_key_len);`,
  ];

  /** A server with what `esp8266-ssl certs` makes; 2048 bits are enough for every library. */
  async function project(...lines: string[]): Promise<void> {
    for (const name of ['cert.h', 'private_key.h']) write(`include/${name}`, await deviceFile(name, 2048));
    write('user/user_main.c', server(...lines));
  }

  it('is silent on a project as it should be', async () => {
    await project(...right);
    for (const name of ['esp_ca_cert.bin', 'esp_cert_private_key.bin', 'ca.crt', 'server.key'])
      write(`ssl/${name}`, await deviceFile(name, 2048));
    write('bin/firmware.bin', Buffer.alloc(5000, 0xe9));
    assert.deepEqual(places(await found('--tls-library', 'libmbedtls')), []);
  });

  it('is silent on what libraries and tests in the tree have, and on the marks of PEM in a program', async () => {
    await project(...right);
    for (const folder of ['third_party/include/ssl', 'bearssl-0.5/samples', 'test/certs']) {
      write(`${folder}/broken.crt`, Buffer.from([0x30, 0x82, 1, 0, 0x30, 0x82, 0, 9]));
      write(`${folder}/default.c`, 'unsigned char default_certificate[] = {1, 2, 3};\n');
    }
    write('user/pem.c', 'const char mark[] = "-----BEGIN CERTIFICATE-----";\n');
    assert.deepEqual(places(await found('--tls-library', 'libmbedtls')), []);
  });

  it('finds the same in folders of the firmware, where a Makefile uses it', async () => {
    await project(...right);
    write('certs/broken.crt', Buffer.from([0x30, 0x82, 1, 0, 0x30, 0x82, 0, 9]));
    const known = ['--tls-library', 'libmbedtls'];
    assert.deepEqual(places(await found(...known)), []);
    write('Makefile', 'cert.h: certs/broken.crt\n\txxd -i $< $@\n');
    assert.deepEqual(places(await found(...known)), ['SSL102 certs/broken.crt:1']);
  });

  it('finds calls that give the device the wrong thing, with fixes that mend them', async () => {
    const wrong = [
      `  ${set}certificate(default_private_key, default_private_key_len);`,
      `  ${set}private_key(default_certificate, default_certificate_len);`,
      `  ${set}certificate(default_certificate, 390);`,
      `  ${set}certificate(huge, 9000); // NOLINT(SSL119)`,
      `  ${set}certificate(huge, 9000);`,
    ];
    await project(...wrong);
    const all = await found();
    assert.deepEqual(places(all), [
      'SSL117 user/user_main.c:4',
      'SSL117 user/user_main.c:5',
      'SSL118 user/user_main.c:6',
      'SSL119 user/user_main.c:8',
    ]);
    const lines = readFileSync(path.join(folder, 'user/user_main.c'), 'utf8').split('\n');
    for (const { line, column, endColumn, text } of all.flatMap(({ fixes }) => fixes[0]?.edits ?? [])) {
      const old = lines[line - 1] ?? '';
      lines[line - 1] = old.slice(0, column - 1) + text + old.slice(endColumn - 1);
    }
    write('user/user_main.c', lines.join('\n').replaceAll(wrong[4] ?? '', ''));
    assert.deepEqual(places(await found()), []);
  });

  it('finds what is wrong with headers and record files', async () => {
    await project(...right, '  espconn_secure_ca_enable(1, 0x7b);');
    const header = Buffer.from(await deviceFile('cert.h', 2048)).toString();
    write('include/cert.h', header.replace(/_len = \d+/, '_len = 17'));
    write('user/other.c', '#include "cert.h"\n');
    write(
      'ssl/esp_ca_cert.bin',
      Buffer.concat([await deviceFile('esp_ca_cert.bin', 2048), Buffer.alloc(64)]),
    );
    const all = await found('--tls-library', 'libmbedtls');
    const line = header.split('\n').length - 1;
    assert.deepEqual(places(all), [
      'SSL100 include/cert.h:1',
      `SSL101 include/cert.h:${line}`,
      'SSL110 ssl/esp_ca_cert.bin:1',
    ]);
    assert.equal(all[1]?.fixes[0]?.edits[0]?.line, line);
  });

  it('judges headers only where a source includes them, directly or by others', async () => {
    await project(...right);
    const short = Buffer.from(await deviceFile('cert.h', 2048))
      .toString()
      .replace(/_len = \d+/, '_len = 17')
      .replaceAll('default_certificate', 'demo');
    write('include/demo/ssl_cert.h', short);
    write('user/spare.c', '#if 0\n#include "ssl_cert.h"\n#endif\n// #include "ssl_cert.h"\n');
    assert.deepEqual(places(await found()), []);
    write('include/all.h', '#pragma once\n#include "demo/ssl_cert.h"\n');
    assert.deepEqual(places(await found()), []);
    write('user/spare.c', '#include "all.h"\n');
    const line = short.split('\n').length - 1;
    assert.deepEqual(places(await found()), [`SSL101 include/demo/ssl_cert.h:${line}`]);
    write('include/demo/ssl_cert.h', '');
    write('user/own.c', short);
    assert.deepEqual(places(await found()), [`SSL101 user/own.c:${line}`]);
  });

  it('judges record files only where a source reads them or something flashes them', async () => {
    await project(...right);
    const padded = async (name: string) => Buffer.concat([await deviceFile(name, 2048), Buffer.alloc(64)]);
    const [ca, own] = ['esp_ca_cert.bin', 'esp_cert_private_key.bin'];
    for (const name of [ca, own]) write(`ssl/${name}`, await padded(name));
    // What the SDK's header declares is not a call.
    write('include/espconn.h', 'bool espconn_secure_ca_enable(uint8 level, uint32 flash_sector);\n');
    write('user/uses_header.c', '#include "espconn.h"\n');
    const known = ['--tls-library', 'libmbedtls'];
    assert.deepEqual(places(await found(...known)), []);
    write('user/reads.c', 'void f(void) { espconn_secure_ca_enable(1, 0x7b); }\n');
    assert.deepEqual(places(await found(...known)), [`SSL110 ssl/${ca}:1`]);
    write('user/reads.c', 'void f(void) { espconn_secure_cert_req_enable(1, 0x7c); }\n');
    assert.deepEqual(places(await found(...known)), [`SSL110 ssl/${own}:1`]);
    write('user/reads.c', '');
    write('Makefile', `flash:\n\tesptool.py write_flash 0x7b000 ssl/${ca}\n`);
    assert.deepEqual(places(await found(...known)), [`SSL110 ssl/${ca}:1`]);
  });

  it('is silent on what is compiled only with a -D that nobody gives', async () => {
    await project();
    const key = Buffer.from(await deviceFile('private_key.h', 2048)).toString();
    const switched = (body: string) => `#ifdef SERVER_SSL_ENABLE\n${body}\n#endif\n`;
    write('include/private_key.h', key.replace(/_len = \d+/, '_len = 17'));
    write('user/user_main.c', switched('#include "private_key.h"') + 'void user_init(void) { }\n');
    assert.deepEqual(places(await found()), []);
    write('Makefile', 'CFLAGS += -DSERVER_SSL_ENABLE\n');
    assert.equal(places(await found())[0]?.startsWith('SSL101 include/private_key.h'), true);
  });

  it('is silent on lists of the marks of PEM, and on certificates of WPA2 Enterprise', async () => {
    await project(...right);
    write(
      'user/loader.c',
      'static const char *const begins[] = {"-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----",\n' +
        '  "-----BEGIN ENCRYPTED PRIVATE KEY-----", "-----BEGIN CERTIFICATE REQUEST-----"};\n',
    );
    const header = cHeader('client_cert', await selfSigned({ bits: 2048 })).replace(
      /_len = \d+/,
      '_len = 17',
    );
    write('include/client_cert.h', header);
    const use = (callee: string) =>
      write(
        'user/wpa2.c',
        `#include "client_cert.h"\nvoid f(void) { ${callee}(client_cert, client_cert_len); }\n`,
      );
    use('wifi_station_set_enterprise_ca_cert');
    assert.deepEqual(places(await found()), []);
    use('other');
    assert.equal(places(await found())[0]?.startsWith('SSL101 include/client_cert.h'), true);
  });

  it('minds the name in a certificate only of a server', async () => {
    await project(...right);
    write('include/private_key.h', '');
    write(
      'include/cert.h',
      cHeader('default_certificate', await selfSigned({ bits: 2048, name: 'CN=127.0.0.1' })),
    );
    assert.deepEqual(places(await found()), []);
    write('user/serves.c', 'void f(void) { espconn_secure_accept(&server); }\n');
    assert.deepEqual(places(await found()), ['SSL104 include/cert.h:1']);
  });

  it('is silent on a firmware with a TLS library of its own', async () => {
    await project(...right);
    write(
      'include/cert.h',
      Buffer.from(await deviceFile('cert.h', 2048))
        .toString()
        .replace(/_len = \d+/, '_len = 17'),
    );
    assert.equal(places(await found()).length, 1);
    write('user/espconn_secure.c', 'sint8 espconn_secure_connect(struct espconn *c) { return 0; }\n');
    assert.deepEqual(places(await found()), []);
  });

  it('keeps to what holds for every library that is possible', async () => {
    write('user/user_main.c', 'void f(void) { espconn_secure_ca_enable(1, 0x7B); }\n#include "ca.h"\n');
    write('user/ca.h', cHeader('ca', await selfSigned({ bits: 1024 })));
    assert.deepEqual(places(await found()), []);
    const known = ['--sdk', '3.0.6', '--tls-library', 'libmbedtls'];
    assert.deepEqual(places(await found(...known)), ['SSL106 user/ca.h:1']);
    write('esp8266-ssl.json', '{"sdk": "3.0.6", "tlsLibrary": "libmbedtls"}');
    assert.deepEqual(places(await found()), ['SSL106 user/ca.h:1']);
  });

  it('takes severities of rule and group from the settings', async () => {
    await project(`  ${set}certificate(default_private_key, default_private_key_len);`);
    const severities = async (...args: string[]) => (await found(...args)).map(({ severity }) => severity);
    assert.deepEqual(await severities(), ['warning']);
    assert.deepEqual(await severities('--rule', 'SSL117=error'), ['error']);
    write('esp8266-ssl.json', '{"analysis": {"rules": {"certificates": "off"}}}');
    assert.deepEqual(await severities(), []);
    write('esp8266-ssl.json', '{"analysis": {"rules": {"certificates": "off", "SSL117": "hint"}}}');
    assert.deepEqual(await severities(), ['hint']);
  });

  it('finds private keys that git has', async () => {
    await project(...right);
    execFileSync('git', ['init', '-q'], { cwd: folder });
    execFileSync('git', ['add', 'include/private_key.h'], { cwd: folder });
    assert.deepEqual(places(await found('--tls-library', 'libmbedtls')), ['SSL105 include/private_key.h:1']);
  });
});
