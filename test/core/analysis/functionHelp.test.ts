import assert from 'node:assert/strict';
import path from 'node:path';
import { rulesConcerning } from '../../../src/analysis/rules/concernedRules';
import { ruleInfos } from '../../../src/analysis/rules/ruleInfos';
import { calledFunction } from '../../../src/sdk/functionMacros';
import { functions } from '../../../src/sdk/functions';
import { parameterMeaning } from '../../../src/sdk/parameters';
import { expectGolden } from '../../golden';

describe('what is known of the SDK’s functions', () => {
  const espconn = functions.filter(({ family }) => family === 'espconn');

  it('has a meaning for every parameter of espconn, in both languages', () => {
    for (const { name, parameters } of espconn)
      for (const parameter of parameters) {
        const meaning = parameterMeaning(parameter.name);
        assert.ok(meaning !== undefined, `${parameter.name} of ${name}`);
        assert.match(meaning.en, /^[A-Za-z0-9]/);
        assert.match(meaning.zh, /[\u4e00-\u9fff]|ESPCONN/);
      }
    assert.equal(parameterMeaning('toString'), undefined);
  });

  it('has rules for every secure function', () => {
    for (const { name } of espconn.filter(({ group }) => group === 'secure'))
      assert.ok(rulesConcerning(name).length > 0, name);
    assert.deepEqual(rulesConcerning('os_bzero'), []);
  });

  it('names functions and rules that there are', () => {
    const named = new Map(functions.map(({ name }) => [name, rulesConcerning(name).map(({ id }) => id)]));
    for (const { id } of ruleInfos.filter(({ group }) => ['mixing', 'order', 'data'].includes(group)))
      assert.ok(
        [...named.values()].some(ids => ids.includes(id)),
        `${id} concerns no function: name one in its texts, or in src/analysis/rules/concernedRules.ts`,
      );
    assert.ok(named.get('espconn_secure_set_size')?.includes('SSL072'));
    assert.ok(named.get('ets_delay_us')?.includes('SSL034'));
  });

  it('names the rules that its golden text shows', () => {
    const named = functions.map(({ name }) => [name, rulesConcerning(name).map(({ id }) => id)] as const);
    expectGolden(
      path.join(__dirname, 'golden', 'functions.golden.txt'),
      named
        .filter(([, ids]) => ids.length > 0)
        .map(([name, ids]) => `${name}: ${ids.join(', ')}\n`)
        .join(''),
    );
  });

  it('holds for macros of the headers, too', () => {
    assert.equal(calledFunction('os_memcpy')?.name, 'ets_memcpy');
    assert.equal(calledFunction('os_malloc')?.name, 'pvPortMalloc');
    assert.equal(calledFunction('os_free')?.name, 'vPortFree');
    assert.equal(calledFunction('espconn_port')?.name, 'espconn_port');
    assert.equal(calledFunction('os_timer_t'), undefined);
    assert.equal(calledFunction('my_function'), undefined);
  });
});
