import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { callbackError, errorCodes, mbedTlsCodes } from '../../src/sdk/errorCodes';
import { errors, errorValue } from '../../src/sdk/errors';
import { registrations } from '../../src/sdk/callbacks';
import { affects, effectOf, functionsThat } from '../../src/sdk/effects';
import { functions, type SdkFunction } from '../../src/sdk/functions';
import { declarations, structOf } from '../../src/sdk/types';
import { cppcheckDocument, cppcheckLibrary } from '../../scripts/generateCppcheck';
import { deviceSdk } from '../../scripts/generateDeviceSdk';
import { functionDocument, functionTable } from '../../scripts/generateFunctionTable';
import { romFamily } from '../../src/simulator/device/rom';
import { stringFamily } from '../../src/simulator/device/strings';

const sdk = path.join(__dirname, '..', '..', 'device-sdk');
const chinese = /[\u4e00-\u9fff]/;

function row(name: string): SdkFunction {
  return functions.find(candidate => candidate.name === name) ?? assert.fail(`no row ${name}`);
}

describe('device-sdk', () => {
  it('is what the tables make', () => {
    const made = deviceSdk();
    const committed = readdirSync(sdk, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => path.relative(sdk, path.join(entry.parentPath, entry.name)));
    assert.deepEqual(committed.sort(), [...made.keys()].sort());
    for (const [file, content] of made) {
      assert.equal(
        readFileSync(path.join(sdk, file), 'utf8'),
        content,
        `${file}: run npm run generate:device-sdk`,
      );
    }
  });
});

describe('docs/espconn.cfg', () => {
  it('is as npm run generate:cppcheck writes it', () => {
    assert.equal(readFileSync(cppcheckLibrary, 'utf8'), cppcheckDocument());
  });
});

describe('the table of SDK functions', () => {
  it('is what docs/functions.md says of the device', async () => {
    assert.equal(
      readFileSync(functionTable, 'utf8'),
      await functionDocument(),
      'run npm run generate:functions',
    );
  });

  it('has every function once, explained in a sentence of each language', () => {
    const names = functions.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const { name, en, zh } of functions) {
      assert.match(en, /^[A-Z].*\.$/, name);
      assert.match(zh, chinese, name);
      assert.match(zh, /。$/, name);
    }
  });

  it('says what calls do, also through the macros of the headers and for functions of C', () => {
    const effects = ['os_malloc', 'os_zalloc', 'os_calloc', 'os_realloc', 'calloc', 'os_free', 'free'].map(
      effectOf,
    );
    assert.deepEqual(effects, [...Array<string>(5).fill('allocates'), 'frees', 'frees']);
    assert.deepEqual(['os_strlen', 'strlen', 'os_memcpy', 'own', undefined].map(effectOf), [
      'measures text',
      'measures text',
      undefined,
      undefined,
      undefined,
    ]);
    assert.deepEqual(functionsThat(['opens client', 'opens server'], ['secure', 'plain', 'udp']), [
      'espconn_secure_connect',
      'espconn_secure_accept',
      'espconn_connect',
      'espconn_accept',
      'espconn_create',
    ]);
    assert.deepEqual(functionsThat(['sends'], ['secure']), ['espconn_secure_sent', 'espconn_secure_send']);
    assert.ok(affects('espconn_abort', 'plain', 'closes'));
    assert.ok(!affects('espconn_abort', 'secure', 'closes'));
  });

  it('has every callback that is registered where its function has a parameter for it', () => {
    for (const [name, { callback, connection, passes }] of registrations) {
      const known = functions.find(candidate => candidate.name === name);
      if (known === undefined) continue;
      assert.match(known.parameters[callback]?.type ?? '', /callback|cb_t|_t$|\(\*\)|func|task/i, name);
      if (connection !== undefined)
        assert.equal(known.parameters[connection]?.type, 'struct espconn *', name);
      if (passes !== undefined) assert.notEqual(known.parameters[passes.argument], undefined, name);
    }
  });

  it('takes prototypes apart', () => {
    const { returnType, parameters, variadic } = row('espconn_get_connection_info');
    assert.deepEqual(
      { returnType, parameters, variadic },
      {
        returnType: 'sint8',
        parameters: [
          { name: 'pespconn', type: 'struct espconn *' },
          { name: 'pcon_info', type: 'remot_info **' },
          { name: 'typeflags', type: 'uint8' },
        ],
        variadic: false,
      },
    );
    assert.deepEqual(row('ets_install_putc1').parameters, [{ name: 'p', type: 'void (*)(char c)' }]);
    assert.deepEqual(row('espconn_port').parameters, []);
    assert.equal(row('system_get_sdk_version').returnType, 'const char *');
    const printf = row('os_printf_plus');
    assert.deepEqual(printf.parameters, [{ name: 'format', type: 'const char *' }]);
    assert.ok(printf.variadic);
  });

  it('puts every prototype together again from its parts', () => {
    for (const { name, prototype, returnType, parameters, variadic } of functions) {
      const list = parameters.map(parameter =>
        parameter.type.includes('(*)')
          ? parameter.type.replace('(*)', `(*${parameter.name})`)
          : `${parameter.type} ${parameter.name}`.replace('* ', '*'),
      );
      if (variadic) list.push('...');
      const together = `${returnType} ${name}(${list.join(', ') || 'void'})`.replace(`* ${name}`, `*${name}`);
      assert.equal(together, prototype);
    }
  });

  it('limits only parameters that there are, from the least to the greatest value', () => {
    for (const { name, parameters, ranges } of functions) {
      for (const [parameter, [least, greatest]] of Object.entries(ranges ?? {})) {
        assert.ok(
          parameters.some(candidate => candidate.name === parameter),
          `${name}: ${parameter}`,
        );
        assert.ok(least < greatest, `${name}: ${parameter}`);
      }
    }
  });

  it('says what every function of espconn that has a result returns', () => {
    for (const { name, group, returnType, returns } of functions) {
      if (group === 'other') assert.doesNotMatch(name, /^espconn_/);
      else if (/^(sint8|sint16|bool)$/.test(returnType)) assert.ok(returns, name);
      if (returnType === 'void') assert.equal(returns, undefined, name);
      if (returns?.includes('true')) assert.equal(returnType, 'bool', name);
    }
  });

  it('knows the functions that the simulated ROM answers, except what firmware has of its own', () => {
    const inEveryLibgcc = /^__(mod[sd]i3|ashldi3|lshrdi3|ashrdi3|divsf3|fixsfsi)$/;
    const undeclared = /^(bzero|sn?printf|ets_str(cat|chr|rchr))$/;
    const names = new Set(functions.map(({ name }) => name));
    const unknown = [...Object.keys(romFamily()), ...Object.keys(stringFamily())].filter(
      name => !names.has(name) && !inEveryLibgcc.test(name) && !undeclared.test(name),
    );
    assert.deepEqual(unknown, []);
    const libgcc = functions.filter(({ family }) => family === 'libgcc').map(({ name }) => name);
    assert.ok(libgcc.length >= 24);
    assert.deepEqual(
      libgcc.filter(name => !(name in romFamily())),
      [],
    );
  });
});

describe('the errors of espconn', () => {
  it('are unique, explained in both languages, and made by somebody', () => {
    assert.equal(new Set(errors.map(({ name }) => name)).size, errors.length);
    assert.equal(new Set(errors.map(({ value }) => value)).size, errors.length);
    for (const { name, from, en, zh } of errors) {
      assert.ok(from.length > 0, name);
      assert.notEqual(en.trim(), '');
      assert.match(zh, chinese, name);
    }
    assert.equal(errorValue('ESPCONN_SSL_INVALID_DATA'), -61);
  });

  it('know what libmbedtls never says', () => {
    const silent = errors.filter(({ from }) => from.every(source => source !== 'libmbedtls'));
    for (const name of [
      'ESPCONN_HANDSHAKE',
      'ESPCONN_RESP_TIMEOUT',
      'ESPCONN_SSL_INVALID_DATA',
      'ESPCONN_TIME',
    ])
      assert.ok(
        silent.some(error => error.name === name),
        name,
      );
  });
});

describe('the codes of a firmware', () => {
  it('are unique by source, and explained in both languages', () => {
    const keys = errorCodes.map(({ source, value }) => `${source} ${value}`);
    assert.equal(new Set(keys).size, keys.length);
    for (const { name, value, en, zh } of errorCodes) {
      assert.ok(value < 0, name);
      assert.notEqual(en.trim(), '');
      assert.match(zh, chinese, name);
    }
  });

  it('reach the callback of libmbedtls as a log of the SDK shows them', () => {
    // Issue 53 of espressif/ESP8266_NONOS_SDK, and measured on libmbedtls of SDK 3.0.6.
    for (const [code, error] of [
      [-0x7200, -114],
      [-0x7880, 8],
      [-0x2700, -39],
      [-0x7f00, -127],
      [-0x7480, 12],
      [-0x7180, 15],
    ] as const)
      assert.equal(callbackError(code), error);
    assert.ok(mbedTlsCodes(-114).some(({ name }) => name === 'MBEDTLS_ERR_SSL_INVALID_RECORD'));
  });
});

describe('the types of the SDK', () => {
  it('have members with unique names in the order of their offsets', () => {
    for (const declaration of declarations) {
      if (declaration.kind !== 'struct') continue;
      const names = declaration.members.map(({ name }) => name);
      assert.equal(new Set(names).size, names.length, declaration.name);
      const offsets = declaration.members.map(({ offset }) => offset);
      assert.deepEqual(
        offsets,
        [...offsets].sort((a, b) => a - b),
        declaration.name,
      );
      assert.ok(Math.max(...offsets) < declaration.size, declaration.name);
    }
  });

  it('are found by their tag', () => {
    assert.equal(structOf('espconn').size, 28);
    assert.throws(() => structOf('nothing'), /no struct nothing/);
  });
});
