import { assertFound, describeRule } from './checkSources';

/** A server whose certificate is declared so. */
const serving = (declaration: string, mark = '') => [
  'static struct espconn server;',
  `${declaration} = { 0x30, 0x82, 0x01, 0x02 };`,
  'void serve(void)',
  '{',
  `    espconn_secure_set_default_certificate(certificate, sizeof(certificate));${mark}`,
  '    espconn_secure_accept(&server);',
  '}',
];
const flash = 'static const uint8 certificate[] ICACHE_RODATA_ATTR';

describeRule(
  'SSL092',
  {
    finds: {
      'the attribute of the SDK': serving(flash, ' //! SSL092'),
      'a section by its name': serving(
        'const unsigned char certificate[] __attribute__((section(".irom.text"), aligned(4)))',
        ' //! SSL092',
      ),
    },
    silent: {
      'a certificate in RAM': serving('static const uint8 certificate[] __attribute__((aligned(4)))'),
      'another array there': [
        'static const uint8 page[] ICACHE_RODATA_ATTR = { 1 };',
        ...serving('static const uint8 certificate[]'),
      ],
    },
  },
  { target: { sdk: '2.2.1' } },
);

describe('rule SSL092 by version', () => {
  it('is silent from SDK 3.0 on, and where none is known', async () => {
    await assertFound('SSL092', serving(flash), { target: { sdk: '3.0.6' } });
    await assertFound('SSL092', serving(flash));
  });
});
