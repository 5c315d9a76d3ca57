import assert from 'node:assert/strict';
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { buildFirmware, headers } from '../firmware-sources/buildFirmware';
import { runToEnd } from '../firmware-sources/runToEnd';

const source = `${headers}
typedef struct { unsigned state[4], bits[2]; unsigned char block[64]; } MD5Context;
typedef struct { unsigned state[5], bits[2]; unsigned char block[64]; } SHA1Context;
void MD5Init(MD5Context *), MD5Update(MD5Context *, const void *, unsigned), MD5Final(unsigned char *, MD5Context *);
void SHA1Init(SHA1Context *), SHA1Update(SHA1Context *, const void *, unsigned), SHA1Final(unsigned char *, SHA1Context *);
void hmac_sha1(const void *, unsigned, const void *, unsigned, unsigned char *);
int pbkdf2_sha1(const char *, const char *, unsigned, int, unsigned char *, unsigned);
char *base64_encode(const void *, unsigned, unsigned *);
void srand(unsigned);
int rand(void);
void *ets_str2macaddr(unsigned char *, const char *);
unsigned xthal_get_ccount(void);
int ets_wdt_disable(void);
void ets_wdt_enable(void);
void ets_timer_arm(os_timer_t *, unsigned, int);
extern unsigned Te0[256];

static os_timer_t timer;
static void hex(const char *name, const unsigned char *bytes, int length) {
  os_printf("%s ", name);
  for (int i = 0; i < length; i++) os_printf("%02x", bytes[i]);
  os_printf("\\n");
}
static void expired(void *argument) {
  os_printf("timer\\n");
  system_restart();
}
void user_pre_init(void) {}
void user_init(void) {
  unsigned char out[64];
  MD5Context md5;
  SHA1Context sha1;
  unsigned length, start = xthal_get_ccount();
  MD5Init(&md5); MD5Update(&md5, "abc", 3); MD5Final(out, &md5); hex("md5", out, 16);
  SHA1Init(&sha1); SHA1Update(&sha1, "abc", 3); SHA1Final(out, &sha1); hex("sha1", out, 20);
  hmac_sha1("key", 3, "data", 4, out); hex("hmac", out, 20);
  pbkdf2_sha1("secret", "home", 4, 100, out, 32); hex("psk", out, 32);
  os_printf("base64 %s", base64_encode("firmware", 8, &length));
  os_printf("mac %d ", ets_str2macaddr(out, "5c:cf:7f:01:02:ff") == out); hex("", out, 6);
  /* The ROM's rand against the same arithmetic, by the compiler. */
  unsigned long long state = 77;
  int same = 1;
  srand(77);
  for (int i = 0; i < 100; i++) {
    state = state * 6364136223846793005ULL + 1;
    same = same && rand() == (int)((state >> 32) & 0x7fffffff);
  }
  os_printf("rand %d Te0 %08x ccount %d\\n", same, Te0[0], xthal_get_ccount() - start > 1000);
  ets_wdt_disable();
  ets_wdt_enable();
  os_timer_setfn(&timer, expired, NULL);
  ets_timer_arm(&timer, 5, 0);
}`;

describe('functions of the ROM', () => {
  it('compute for a firmware what node:crypto and its own compiler do', async function () {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-rom-'));
    try {
      const file = buildFirmware(folder, source);
      const { text } = await runToEnd({ firmware: loadFirmware(readFileSync(file), file), resets: 0 });
      assert.deepEqual(text.trim().split('\n'), [
        `md5 ${createHash('md5').update('abc').digest('hex')}`,
        `sha1 ${createHash('sha1').update('abc').digest('hex')}`,
        `hmac ${createHmac('sha1', 'key').update('data').digest('hex')}`,
        `psk ${pbkdf2Sync('secret', 'home', 100, 32, 'sha1').toString('hex')}`,
        `base64 ${Buffer.from('firmware').toString('base64')}`,
        'mac 1  5ccf7f0102ff',
        'rand 1 Te0 c66363a5 ccount 1',
        'timer',
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
