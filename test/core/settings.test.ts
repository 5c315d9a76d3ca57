import assert from 'node:assert/strict';
import { parse } from '../../src/cli/commandLine/parse';
import { optionsOf, settingsFrom } from '../../src/cli/commandLine/settingOptions';
import { simulateDescription } from '../../src/cli/commands/devices';
import { certsDescription } from '../../src/cli/commands/certs';
import {
  caSettings,
  certificatePart,
  certificateSettings,
  targetSettings,
} from '../../src/project/settings/certificates';
import { pathsIn, schemasOf, type Settings, withPaths } from '../../src/project/settings/setting';
import { simulatorPart, simulatorSettings } from '../../src/project/settings/simulator';

/** All settings of a table, those inside others too. */
function allOf(table: Settings): Settings {
  const inner = Object.values(table).flatMap(({ properties }) => Object.entries(properties ?? {}));
  return { ...table, ...Object.fromEntries(inner) };
}

/** What the options of `simulate` say about settings. */
function simulated(...args: string[]) {
  return settingsFrom(simulatorPart, parse(simulateDescription, ['x.elf', ...args]).given);
}

describe('tables of settings', () => {
  it('have words for every setting, and a name for every value of an option', () => {
    for (const table of [targetSettings, certificatePart, simulatorSettings])
      for (const [name, setting] of Object.entries(allOf(table))) {
        assert.ok(setting.words?.(), name);
        assert.doesNotMatch(setting.words?.() ?? '.', /\.$/, `${name}: a phrase has no full stop`);
        if (setting.flag !== undefined && setting.type !== 'boolean') assert.ok(setting.value, name);
      }
  });

  it('are the options of the commands', () => {
    const flags = (table: Settings) => Object.values(allOf(table)).flatMap(({ flag }) => flag ?? []);
    const { options } = certsDescription;
    for (const flag of flags({ ...targetSettings, ...certificatePart })) assert.ok(flag in options, flag);
    for (const flag of flags(simulatorPart)) assert.ok(flag in simulateDescription.options, flag);
  });

  it('make a schema without our own words, and sentences of the phrases', () => {
    assert.deepEqual(schemasOf({ bits: certificateSettings.bits, ca: certificatePart.ca }), {
      bits: {
        enum: [512, 1024, 2048],
        description: 'RSA key size. Default: depends on the TLS library.',
      },
      ca: {
        type: 'object',
        required: ['certificate'],
        additionalProperties: false,
        description: 'CA that signs instead of the one in the output folder.',
        properties: {
          certificate: {
            type: 'string',
            minLength: 1,
            examples: ['ca.crt'],
            description: 'Signing CA, if it is elsewhere: PEM, DER or PKCS#12.',
          },
          key: {
            type: 'string',
            minLength: 1,
            examples: ['ca.key'],
            description: 'Private key of that CA, if it is in another file.',
          },
        },
      },
    });
  });

  it('make an option of a setting: values, range, form, default and what is completed', () => {
    const { bits, out } = optionsOf(certificateSettings);
    assert.deepEqual([bits.value, bits.choices], ['BITS', [512, 1024, 2048]]);
    assert.deepEqual([out.completes, out.usually?.()], ['folder', 'ssl']);
    const { port } = optionsOf(simulatorPart);
    assert.equal(port.form?.example, '443=8443');
    for (const good of ['443=8443', '0=0', '65535=65535']) assert.ok(port.form.accepts(good), good);
    for (const bad of ['443', '=1', '443=', '443=x', '65536=1', '1=65536', '-1=1', '1=2=3'])
      assert.ok(!port.form.accepts(bad), bad);
    const { delay, host, reach } = optionsOf(simulatorSettings.network.properties);
    assert.deepEqual(delay.range(), { whole: false, least: 0, most: 60_000 });
    assert.ok(host.form?.accepts('broker.example=127.0.0.1:8883'));
    assert.ok(!host.form?.accepts('broker.example=other.example'));
    assert.ok(reach.form?.accepts('localhost:1883'));
    assert.ok(!reach.form?.accepts('example.com'));
  });

  it('take the values of options to where the file has them, and leave out what is not given', () => {
    assert.deepEqual(simulated(), {});
    assert.deepEqual(
      simulated(
        ...['--port', '443=9443', '--port', '80=0', '--host', 'a.b=127.0.0.1:1', '--host', 'c=10.0.0.1'],
        ...['--flash', '0x1000=a=b.bin', '--reach', '10.0.0.2', '--delay', '5.5', '--trace'],
        ...['--reserve', '100', '--flash-size', '1MB'],
      ),
      {
        flash: { '0x1000': 'a=b.bin' },
        flashSize: '1MB',
        ports: { 443: 9443, 80: 0 },
        network: { hosts: { 'a.b': '127.0.0.1:1', c: '10.0.0.1' }, reach: ['10.0.0.2'], delay: 5.5 },
        reservedHeap: 100,
        trace: true,
      },
    );
    const { given } = parse(certsDescription, ['--bits', '1024', '--ca', 'a.crt']);
    assert.deepEqual(settingsFrom(certificateSettings, given), { bits: 1024 });
    assert.deepEqual(settingsFrom(caSettings, given), { certificate: 'a.crt' });
  });

  it('know which values are paths', () => {
    const values = {
      program: 'a.elf',
      certificates: '',
      flash: { '0x1000': 'b.bin' },
      upgrades: ['c.elf', 'd.elf'],
      network: { hosts: { e: 'f' } },
    };
    assert.deepEqual(pathsIn(simulatorSettings, values), [
      { setting: 'program', file: 'a.elf' },
      { setting: 'flash.0x1000', file: 'b.bin' },
      { setting: 'upgrades', file: 'c.elf' },
      { setting: 'upgrades', file: 'd.elf' },
    ]);
    assert.deepEqual(
      pathsIn(certificatePart, { name: 'a', folder: 'b', ca: { certificate: 'c', key: 'd' } }),
      [
        { setting: 'folder', file: 'b' },
        { setting: 'ca.certificate', file: 'c' },
        { setting: 'ca.key', file: 'd' },
      ],
    );
    assert.deepEqual(
      withPaths(simulatorSettings, values, file => `x/${file}`),
      {
        program: 'x/a.elf',
        certificates: '',
        flash: { '0x1000': 'x/b.bin' },
        upgrades: ['x/c.elf', 'x/d.elf'],
        network: { hosts: { e: 'f' } },
      },
    );
  });
});
