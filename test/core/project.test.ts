import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Ajv from 'ajv';
import { plannedText } from '../../src/project/plannedText';
import { consequences, defaultsFor, objections } from '../../src/certificates/forLibrary';
import { readChoices } from '../../src/project/choices';
import { type LinkedLibrary, linkedLibrary } from '../../src/project/linkedLibrary';
import { editedProject, editProjectFile } from '../../src/project/editProject';
import { recordFolder } from '../../src/project/recordFolder';
import { projectSchema } from '../../src/project/schema';
import { librariesOf, sdkVersions } from '../../src/sdk/tls';
import { advised } from '../../src/text/remedies';
import { problemOf } from '../problemOf';

describe('esp8266-ssl.json', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'project-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const file = () => path.join(folder, 'esp8266-ssl.json');

  it('keeps comments, unknown keys, indentation and line ends when a choice is written', () => {
    const text =
      '{\r\n\t// why\r\n\t"mine": [1, 2], /* too */\r\n\t"certificates": {\r\n\t\t"bits": 1024, // old\r\n\t},\r\n}\r\n';
    const changes = [
      { at: ['certificates', 'bits'], value: 2048 },
      { at: ['sdk'], value: '3.0.6' },
    ];
    const edited = editedProject(text, changes, 'x.json');
    for (const kept of [
      '\t// why\r\n',
      '"mine": [1, 2], /* too */',
      '\t\t"bits": 2048, // old\r\n',
      '"sdk": "3.0.6"',
    ])
      assert.ok(edited.includes(kept), `${kept}\n${edited}`);
    assert.doesNotMatch(edited, /[^\r]\n/);
    assert.equal(editedProject(edited, changes, 'x.json'), edited);
  });

  it('is made when there is none, and not touched when it is broken', async () => {
    const changes = [{ at: ['certificates', 'name'], value: 'a' }];
    await editProjectFile(folder, changes);
    assert.equal(readFileSync(file(), 'utf8'), '{\n  "certificates": {\n    "name": "a"\n  }\n}\n');
    assert.deepEqual(await readChoices(folder), { target: {}, certificates: { name: 'a' } });
    writeFileSync(file(), '{ "certificates": ');
    assert.equal((await problemOf(editProjectFile(folder, changes))).kind, 'project-file-broken');
    assert.equal(readFileSync(file(), 'utf8'), '{ "certificates": ');
  });

  it('is checked with the name of what is wrong and what it must be', async () => {
    const wrong: [string, string, RegExp][] = [
      ['{ "certificates": { "bits": "1024" } }', 'bits', /512, 1024, 2048/],
      ['{ "certificates": { "days": 0 } }', 'days', /1/],
      ['{ "certificates": { "ca": {} } }', 'ca.certificate', /given/],
      ['{ "certificates": [] }', '', /object/],
      ['{ "certificates": { "folder": "" } }', 'folder', /ssl/],
      ['{ "tlsLibrary": "axtls" }', 'tlsLibrary', /libssl/],
    ];
    for (const [text, setting, expected] of wrong) {
      writeFileSync(file(), text);
      const problem = await problemOf(readChoices(folder));
      assert.ok(problem.kind === 'setting-wrong', text);
      assert.deepEqual([problem.setting, problem.file], [setting, file()]);
      assert.match(problem.expected, expected);
    }
  });

  it('says where the record files for the flash are', async () => {
    assert.equal(await recordFolder(folder), path.join(folder, 'ssl'));
    writeFileSync(file(), '{ "certificates": { "folder": "keys", "files": "script-2.2" } }');
    assert.equal(await recordFolder(folder), path.join(folder, 'keys', 'bin'));
    // Never outside of the project.
    writeFileSync(file(), '{ "certificates": { "folder": "/keys" } }');
    assert.equal(await recordFolder(folder), path.join(folder, 'ssl'));
    writeFileSync(file(), '{ "certificates": ');
    assert.equal(await recordFolder(folder), path.join(folder, 'ssl'));
  });

  it('has a schema that is one, with a text for every choice', () => {
    interface Text {
      description?: string;
      markdownDescription?: string;
    }
    const schema = projectSchema() as {
      properties: Record<string, Text & { properties: Record<string, Text> }>;
    };
    new Ajv({ strict: false }).compile(schema);
    const { certificates, simulator } = schema.properties;
    assert.ok(certificates && simulator);
    const choices = { ...schema.properties, ...certificates.properties, ...simulator.properties };
    for (const [name, { description, markdownDescription = description }] of Object.entries(choices))
      assert.ok(markdownDescription, name);
  });
});

describe('what will be generated', () => {
  it('is said with every value, usual or chosen', () => {
    assert.equal(
      plannedText({ target: {}, certificates: {} }, '127.0.0.1'),
      'Server at 127.0.0.1, RSA 2048, SHA-256, valid for 825 days, libmbedtls of SDK 3.0.6',
    );
    assert.equal(
      plannedText(
        {
          target: { sdk: '2.0.0' },
          certificates: {
            name: 'a.local',
            make: 'both',
            hash: 'sha1',
            days: 30,
            ca: { certificate: 'ca.pem' },
          },
        },
        '127.0.0.1',
      ),
      'Server at a.local and client, RSA 1024, SHA-1, valid for 30 days, libssl of SDK 2.0.0, signed by ca.pem',
    );
  });
});

describe('what a TLS library asks of certificates', () => {
  it('is met by what it gets unless it is chosen otherwise', () => {
    for (const sdk of sdkVersions)
      for (const tlsLibrary of librariesOf(sdk)) {
        const abilities = linkedLibrary({ sdk, tlsLibrary }).abilities;
        const suited = defaultsFor(abilities);
        assert.equal(suited.bits, tlsLibrary === 'libssl' ? 1024 : 2048);
        assert.deepEqual(objections(abilities, { ca: suited, own: suited }), []);
        assert.match(consequences(abilities), new RegExp(`^RSA ${suited.bits} .*SHA-256, PKCS#1 key`));
      }
  });

  it('is said where a certificate does not meet it', () => {
    const weak = { bits: 1024, hash: 'sha1' } as const;
    const strong = { bits: 2048, hash: undefined };
    const said = (library: LinkedLibrary, set: Parameters<typeof objections>[1]) =>
      objections(library.abilities, set).map(each => advised(each, 'terminal'));
    const [ca, own] = said(linkedLibrary({}), { ca: weak, own: weak });
    assert.match(
      ca ?? '',
      /^The CA’s key has only 1024 bits\. libmbedtls of this SDK rejects keys below 2048 bits; sign with another CA\.$/,
    );
    // A new one helps where the CA is ours, and not in the place of somebody's CA.
    const [ours] = objections(linkedLibrary({}).abilities, { ca: weak, caIsOurs: true });
    assert.match(advised(ours ?? '', 'terminal'), /sign with another CA\. Add --new-ca /);
    assert.match(advised(ours ?? '', 'editor'), /sign with another CA\. If you create a new CA, /);
    assert.match(own ?? '', /^The certificate’s key has only 1024 bits/);
    assert.deepEqual(said(linkedLibrary({ sdk: '2.2.1' }), { ca: weak, own: weak }), []);
    const [size, hash] = said(linkedLibrary({ sdk: '2.0.0' }), { own: strong });
    assert.match(size ?? '', /handshakes with libssl take too long/);
    assert.match(hash ?? '', /not signed with SHA-1 or SHA-256/);
  });
});
