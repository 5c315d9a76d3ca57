import assert from 'node:assert/strict';
import path from 'node:path';
import { callbackMembers, registrations } from '../../src/sdk/callbacks';
import { errorCode, errorCodes, mbedTlsCodes } from '../../src/sdk/errorCodes';
import { errors } from '../../src/sdk/errors';
import { exceptionCause, exceptionCauses } from '../../src/sdk/exceptionCauses';
import { functions } from '../../src/sdk/functions';
import { codeWindow, endOf, isIn, memoryMap, romBootEntry, stackTop } from '../../src/sdk/memoryMap';
import { parameterMeaning } from '../../src/sdk/parameters';
import { romFunctions, romTexts } from '../../src/sdk/rom';
import {
  abilitiesOfAny,
  bufferLevel,
  bufferRange,
  firstSdkWith,
  heapBeyondBuffer,
  initialBuffer,
  maxObject,
  newestAbilities,
  sdkVersions,
  tlsAbilities,
  tlsLibraries,
} from '../../src/sdk/tls';
import {
  alertLevelName,
  alerts,
  cipherSuiteName,
  handshakeName,
  isGrease,
  recordName,
  versionName,
} from '../../src/sdk/tlsNames';
import { valueNames } from '../../src/sdk/types';
import { expectGolden } from '../golden';

const hex = (value: number, digits = 0) => `0x${value.toString(16).padStart(digits, '0')}`;

/** Compares a part of what is known of the SDK with its golden text: a change there is a change of facts. */
function expectFacts(part: string, lines: readonly string[]): void {
  expectGolden(path.join(__dirname, `sdkFacts.${part}.golden.txt`), `${lines.join('\n')}\n`);
}

/** All numbers below `end` that have a name of their own. */
function named(end: number, name: (value: number) => string): string[] {
  return Array.from({ length: end }, (_, value) => value)
    .filter(value => !/^(0x)?[0-9a-f]+$/i.test(name(value)))
    .map(value => `${hex(value, 4)} ${name(value)}`);
}

describe('what is known of the SDK', () => {
  it('of the ROM and the memory is as in the golden text', () => {
    expectFacts('memory', [
      ...Object.entries(memoryMap).map(
        ([name, range]) => `${hex(range.address)} to ${hex(endOf(range) - 1)}: ${name}`,
      ),
      `${hex(codeWindow.address)} to ${hex(endOf(codeWindow) - 1)}: code`,
      `stack ${hex(stackTop)}, boot ${hex(romBootEntry)}`,
      '',
      ...romFunctions.map(({ name, address }) => `${hex(address)} ${name}`),
      '',
      ...romTexts.map(({ address, text }) => `${hex(address)} ${JSON.stringify(text)}`),
    ]);
  });

  it('of TLS by its numbers is as in the golden text', () => {
    expectFacts('tls', [
      '== records',
      ...named(0x100, recordName),
      '\n== handshake messages',
      ...named(0x100, handshakeName),
      '\n== versions',
      ...named(0x10000, versionName),
      '\n== alerts',
      ...named(0x100, alertLevelName),
      ...[...alerts].map(([value, { name, meaning }]) => `${value} ${name}: ${meaning()}`),
      '\n== cipher suites',
      ...named(0x10000, cipherSuiteName),
    ]);
  });

  it('of errors is as in the golden text', () => {
    expectFacts('errors', [
      '== espconn',
      ...errors.map(({ name, value, from, en, zh }) => `${value} ${name}, ${from.join(' ')}: ${en} · ${zh}`),
      '\n== codes',
      ...errorCodes.map(({ source, value, name, en, zh }) => `${source} ${value} ${name}: ${en} · ${zh}`),
      '\n== exceptions',
      ...[...exceptionCauses].map(([value, { name, meaning }]) => `${value} ${name}: ${meaning()}`),
      JSON.stringify(exceptionCause),
    ]);
  });

  it('of TLS libraries is as in the golden text', () => {
    expectFacts('libraries', [
      ...abilitiesOfAny().map(abilities =>
        [
          `== ${abilities.library}: ${sdkVersions.filter(version => tlsAbilities(abilities.library, version) === abilities).join(', ')}`,
          ...Object.entries(abilities).map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
          '',
        ].join('\n'),
      ),
      ...tlsLibraries.map(library => `${library} since ${firstSdkWith(library)}`),
      `buffer ${JSON.stringify(bufferRange)}, at first ${initialBuffer}, ${JSON.stringify(bufferLevel)}`,
      `largest object ${maxObject}, heap beyond the buffer ${heapBeyondBuffer}`,
    ]);
    assert.equal(newestAbilities, tlsAbilities('libmbedtls', '3.0.6'));
  });

  it('of functions, their parameters and callbacks is as in the golden text', () => {
    const names = new Set(functions.flatMap(({ parameters }) => parameters.map(({ name }) => name)));
    expectFacts('functions', [
      ...functions.map(({ name, family, group, header, since, ranges, returns, when, effect }) =>
        [
          `${name}: ${family}`,
          group,
          header ?? 'no header',
          ...(since === undefined ? [] : [`since ${since}`]),
          ...Object.entries(ranges ?? {}).map(
            ([parameter, [least, most]]) => `${parameter} ${least} to ${most}`,
          ),
          ...(returns === undefined ? [] : [`returns ${returns.join(' ')}`]),
          ...(when === undefined ? [] : [when]),
          ...(effect === undefined ? [] : [effect]),
        ].join(', '),
      ),
      '\n== callbacks',
      ...[...registrations].map(([name, registration]) => `${name} ${JSON.stringify(registration)}`),
      ...[...callbackMembers].map(([name, event]) => `${name}: ${event}`),
      '\n== parameters',
      ...[...names].sort().flatMap(name => {
        const meaning = parameterMeaning(name);
        return meaning === undefined ? [] : [`${name}: ${meaning.en} · ${meaning.zh}`];
      }),
    ]);
  });
});

describe('a range of addresses', () => {
  it('has its first address, and not the one behind its last', () => {
    const range = { address: 0x100, size: 0x10 };
    assert.deepEqual(
      [0xff, 0x100, 0x10f, 0x110].map(at => isIn(range, at)),
      [false, true, true, false],
    );
    assert.equal(endOf(range), 0x110);
    assert.ok(!isIn({ address: 0, size: 0 }, 0));
  });
});

describe('numbers that have no name', () => {
  it('are shown as they are', () => {
    assert.deepEqual(
      [recordName(99), handshakeName(99), versionName(0x0305), alertLevelName(9)],
      ['99', '99', '0x0305', '9'],
    );
    assert.equal(cipherSuiteName(0x0b0b), '0x0b0b');
    const grease = Array.from({ length: 0x10000 }, (_, value) => value).filter(isGrease);
    // RFC 8701.
    assert.deepEqual(
      grease.map(value => hex(value, 4)),
      Array.from({ length: 16 }, (_, digit) => `0x${digit.toString(16)}a${digit.toString(16)}a`),
    );
    assert.equal(errorCode('lwIP', -2)?.name, 'ERR_BUF');
    assert.equal(errorCode('axTLS', -2)?.name, 'SSL_ERROR_DEAD');
    assert.equal(errorCode('mbed TLS', -2), undefined);
    assert.equal(valueNames('STATION_GOT_IP').get(0), 'STATION_IDLE');
    assert.equal(valueNames('STATION_GOT_IP').get(5), 'STATION_GOT_IP');
    assert.deepEqual(
      mbedTlsCodes(8).map(({ name }) => name),
      ['MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY'],
    );
    assert.deepEqual(
      abilitiesOfAny('libmbedtls').map(({ minVerifiedBits }) => minVerifiedBits),
      [512, 512, 2048],
    );
    assert.deepEqual(
      abilitiesOfAny(undefined, '2.1.0').map(({ library }) => library),
      ['libssl'],
    );
  });
});
