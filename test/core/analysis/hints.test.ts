import assert from 'node:assert/strict';
import { Analyzer } from '../../../src/analysis/engine/analyzer';
import { callAround } from '../../../src/analysis/source/callAround';
import { hints } from '../../../src/analysis/engine/numberHints';
import { areaName } from '../../../src/flash/areas';
import { layoutOf } from '../../../src/flash/layout';

/** What the numbers of a source mean, as `number: meaning`. */
async function hintsOf(text: string): Promise<string[]> {
  const analyzer = await Analyzer.create();
  const project = { files: [{ path: 'main.c', text }], defines: new Map<string, string>(), target: {} };
  return analyzer.facts(project).flatMap(facts =>
    [...hints(facts)].map(hint => {
      const number = text.slice(hint.at.start, hint.at.end);
      return `${number}: ${hint.kind === 'sector' ? hint.address.toString(16) : hint.error.name}`;
    }),
  );
}

describe('what numbers mean', () => {
  it('is the address of a sector, through macros and sums', async () => {
    assert.deepEqual(
      await hintsOf(`#define BASE 0x70
void f(void) { espconn_secure_ca_enable(1, BASE + 7); espconn_secure_cert_req_enable(1, 0x78); }`),
      ['BASE + 7: 77000', '0x78: 78000'],
    );
  });

  it('is nothing for a sector that there is not', async () => {
    assert.deepEqual(
      await hintsOf(
        'void f(int s) { espconn_secure_ca_enable(1, 0x77000); espconn_secure_ca_enable(1, s); }',
      ),
      [],
    );
  });

  it('is an error where it is held against a result', async () => {
    assert.deepEqual(
      await hintsOf(`static void failed(void *arg, sint8 err) { switch (err) { case -11: f(arg); break; default: break; } }
void f(struct espconn *c) {
  sint8 r = espconn_secure_connect(c);
  espconn_regist_reconcb(c, failed);
  if (r == -4 || -12 != r) return;
  if (espconn_secure_sent(c, 0, 0) == -5) return;
}`).then(found => found.sort()),
      ['-11: ESPCONN_CONN', '-12: ESPCONN_ARG', '-4: ESPCONN_RTE', '-5: ESPCONN_INPROGRESS'],
    );
  });

  it('is nothing where the number is something else', async () => {
    assert.deepEqual(
      await hintsOf(`void f(struct espconn *c, int n) {
  sint8 r = espconn_secure_connect(c);
  if (n == -4 || r == ESPCONN_RTE || r == -99 || r < -1) return;
}`),
      [],
    );
  });
});

describe('what lies in a sector', () => {
  async function there(sector: string, flash?: object, defines: [string, string][] = []) {
    const analyzer = await Analyzer.create();
    const text = `void f(void) { espconn_secure_ca_enable(1, ${sector}); }`;
    const sizes = new Map<string, number>();
    const layout = flash && layoutOf(flash, { sdk: '3.0.6', abilities: undefined, records: '', sizes });
    const project = {
      files: [{ path: 'main.c', text }],
      defines: new Map(defines),
      target: {},
      flash: layout && { file: 'esp8266-ssl.json', layout, sizes },
    };
    const [facts] = analyzer.facts(project);
    const [hint] = facts === undefined ? [] : [...hints(facts)];
    return hint?.kind === 'sector' ? hint.there : assert.fail('no hint');
  }

  it('is what the project’s file puts there', async () => {
    const flash = { map: 6, regions: [{ file: 'ssl/esp_ca_cert.bin', sector: '0x201', size: '8 KB' }] };
    assert.equal(await there('0x201', flash), 'esp_ca_cert.bin');
    assert.equal(await there('0x202', flash), 'esp_ca_cert.bin');
    assert.equal(await there('0x203', flash), 'free');
    assert.equal(await there('0x3FC', flash), 'esp_init_data_default.bin');
    assert.equal(await there('0x401', { map: 6, regions: [] }), 'beyond the flash');
  });

  it('is what the SDK has there with the map of the Makefile, and unknown without one', async () => {
    assert.equal(await there('0xFB', undefined, [['SPI_FLASH_SIZE_MAP', '2']]), areaName('rf-cal'));
    assert.equal(await there('0xFB'), undefined);
  });
});

describe('the call around a place', () => {
  const cases: [string, ReturnType<typeof callAround>][] = [
    ['f(|', { name: 'f', argument: 0 }],
    ['f(a, g(b, c), |', { name: 'f', argument: 2 }],
    ['f(a, g(b, |', { name: 'g', argument: 1 }],
    ['f((a + |', { name: 'f', argument: 0 }],
    ['f(a[1, 2], "x, (", \',\', /* , */ |', { name: 'f', argument: 3 }],
    ['f(a); |', undefined],
    ['if (|', undefined],
    ['f(a) { |', undefined],
    ['|', undefined],
  ];
  for (const [text, expected] of cases)
    it(`of ${text}`, () => {
      assert.deepEqual(callAround(text, text.indexOf('|')), expected);
    });

  it('is found in a long text at once', () => {
    const text = '('.repeat(500_000);
    assert.equal(callAround(text, text.length), undefined);
  });
});
