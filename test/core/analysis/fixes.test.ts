import assert from 'node:assert/strict';
import { editedText } from '../../editedText';
import { codeStyle } from '../../../src/analysis/source/codeStyle';
import { check, ruleNamed } from './checkSources';
import type { Finding } from '../../../src/findings/finding';

const file = 'user/user_main.c';

/** A text after the first fix of its first finding, again and again until no fix is left. */
async function afterFixes(id: string, text: string): Promise<{ text: string; times: number }> {
  for (let times = 0; times < 10; times++) {
    const { findings } = await check({ [file]: [text] }, [ruleNamed(id)]);
    const [fix] = findings.flatMap(({ fixes = [] }: Finding) => fixes);
    if (fix === undefined) return { text, times };
    text = editedText(text, fix.edits);
  }
  assert.fail(`${id} is found again and again`);
}

const connection = 'static struct espconn conn;\n\n';
const start = `
void ICACHE_FLASH_ATTR start(void)
{
    espconn_regist_recvcb(&conn, on_recv);
    espconn_secure_connect(&conn);
}
`;

/** Each has the text before and behind all fixes of a rule. */
const examples: readonly { rule: string; title: string; before: string; after: string }[] = [
  {
    rule: 'SSL031',
    title: 'one statement a line, before the comment of the function',
    before: `${connection}/* Takes what comes. */
static void ICACHE_FLASH_ATTR on_recv(void *arg, char *data, unsigned short length)
{
    if (length == 0) {
        espconn_secure_disconnect(&conn); // enough
    }
}
${start}`,
    after: `${connection}static os_timer_t on_recv_close_timer;

static void ICACHE_FLASH_ATTR on_recv_close(void *arg)
{
    espconn_secure_disconnect((struct espconn *)arg);
}

/* Takes what comes. */
static void ICACHE_FLASH_ATTR on_recv(void *arg, char *data, unsigned short length)
{
    if (length == 0) {
        os_timer_disarm(&on_recv_close_timer);
        os_timer_setfn(&on_recv_close_timer, (os_timer_func_t *)on_recv_close, &conn);
        os_timer_arm(&on_recv_close_timer, 10, 0); // enough
    }
}
${start}`,
  },
  {
    rule: 'SSL031',
    title: 'one timer for two calls, and braces where an if had none',
    before: `${connection}static void ICACHE_FLASH_ATTR on_recv(void *arg, char *data, unsigned short length) {
    if (length == 0)
        espconn_secure_disconnect(&conn);
    else
        os_printf("%d\\n", length);
    if (length > 9) espconn_secure_disconnect(&conn);
}
${start}`,
    after: `${connection}static os_timer_t on_recv_close_timer;

static void ICACHE_FLASH_ATTR on_recv_close(void *arg) {
    espconn_secure_disconnect((struct espconn *)arg);
}

static void ICACHE_FLASH_ATTR on_recv(void *arg, char *data, unsigned short length) {
    if (length == 0) {
        os_timer_disarm(&on_recv_close_timer);
        os_timer_setfn(&on_recv_close_timer, (os_timer_func_t *)on_recv_close, &conn);
        os_timer_arm(&on_recv_close_timer, 10, 0);
    } else
        os_printf("%d\\n", length);
    if (length > 9) {
        os_timer_disarm(&on_recv_close_timer);
        os_timer_setfn(&on_recv_close_timer, (os_timer_func_t *)on_recv_close, &conn);
        os_timer_arm(&on_recv_close_timer, 10, 0);
    }
}
${start}`,
  },
  {
    rule: 'SSL031',
    title: 'braces below, another timer for another connection, the same conditions',
    before: `${connection}static void ICACHE_FLASH_ATTR on_recv(void *arg, char *data, unsigned short length)
{
    while (*data == ' ')
    {
        data++;
    }
    if (length == 0)
        espconn_secure_disconnect(&conn); // enough
    else
        os_printf("%d\\n", length);
#if defined(LIMIT) && LIMIT > 9
    os_printf("limit\\n");
#else
    if (length > 9)
    {
        espconn_secure_disconnect(arg);
    }
#endif
}
${start}`,
    after: `${connection}static os_timer_t on_recv_close_timer;

static void ICACHE_FLASH_ATTR on_recv_close(void *arg)
{
    espconn_secure_disconnect((struct espconn *)arg);
}

#if !(defined(LIMIT) && LIMIT > 9)
static os_timer_t on_recv_close2_timer;

static void ICACHE_FLASH_ATTR on_recv_close2(void *arg)
{
    espconn_secure_disconnect((struct espconn *)arg);
}
#endif

static void ICACHE_FLASH_ATTR on_recv(void *arg, char *data, unsigned short length)
{
    while (*data == ' ')
    {
        data++;
    }
    if (length == 0)
    {
        os_timer_disarm(&on_recv_close_timer);
        os_timer_setfn(&on_recv_close_timer, (os_timer_func_t *)on_recv_close, &conn);
        os_timer_arm(&on_recv_close_timer, 10, 0); // enough
    }
    else
        os_printf("%d\\n", length);
#if defined(LIMIT) && LIMIT > 9
    os_printf("limit\\n");
#else
    if (length > 9)
    {
        os_timer_disarm(&on_recv_close2_timer);
        os_timer_setfn(&on_recv_close2_timer, (os_timer_func_t *)on_recv_close2, arg);
        os_timer_arm(&on_recv_close2_timer, 10, 0);
    }
#endif
}
${start}`,
  },
  {
    rule: 'SSL038',
    title: 'the call stays conditional when another one comes before it',
    before: `${connection}void ICACHE_FLASH_ATTR start(int secure)
{
    if (secure)
        espconn_secure_connect(&conn);
    else
        espconn_connect(&conn);
}
`,
    after: `${connection}static void ICACHE_FLASH_ATTR start_reconnected(void *arg, sint8 err)
{
    os_printf("TLS error %d\\n", err);
}

void ICACHE_FLASH_ATTR start(int secure)
{
    if (secure) {
        espconn_regist_reconcb(&conn, start_reconnected);
        espconn_secure_connect(&conn);
    } else
        espconn_connect(&conn);
}
`,
  },
  {
    rule: 'SSL038',
    title: 'one callback for two connections',
    before: `static struct espconn one, other;

void ICACHE_FLASH_ATTR start(void)
{
    espconn_secure_connect(&one);
    espconn_secure_connect(&other);
}
`,
    after: `static struct espconn one, other;

static void ICACHE_FLASH_ATTR start_reconnected(void *arg, sint8 err)
{
    os_printf("TLS error %d\\n", err);
}

void ICACHE_FLASH_ATTR start(void)
{
    espconn_regist_reconcb(&one, start_reconnected);
    espconn_secure_connect(&one);
    espconn_regist_reconcb(&other, start_reconnected);
    espconn_secure_connect(&other);
}
`,
  },
  {
    rule: 'SSL051',
    title: 'a test of what several lines call',
    before: `${connection}void ICACHE_FLASH_ATTR start(void)
{
    espconn_secure_set_size(ESPCONN_CLIENT,
                            4096);
    for (;;) espconn_secure_connect(&conn);
}
`,
    after: `${connection}void ICACHE_FLASH_ATTR start(void)
{
    if (!espconn_secure_set_size(ESPCONN_CLIENT,
                            4096))
        os_printf("espconn_secure_set_size failed\\n");
    for (;;) {
        if (espconn_secure_connect(&conn) != ESPCONN_OK)
            os_printf("espconn_secure_connect failed\\n");
    }
}
`,
  },
  {
    rule: 'SSL032',
    title: 'nothing is left of a line but where an if needs it',
    before: `${connection}static void ICACHE_FLASH_ATTR gone(void *arg)
{
    os_printf("gone\\n");
    espconn_secure_disconnect(&conn);
    if (arg != NULL)
        espconn_secure_disconnect(&conn);
}

void ICACHE_FLASH_ATTR start(void)
{
    espconn_regist_disconcb(&conn, gone);
    espconn_secure_connect(&conn);
}
`,
    after: `${connection}static void ICACHE_FLASH_ATTR gone(void *arg)
{
    os_printf("gone\\n");
    if (arg != NULL)
        ;
}

void ICACHE_FLASH_ATTR start(void)
{
    espconn_regist_disconcb(&conn, gone);
    espconn_secure_connect(&conn);
}
`,
  },
  {
    rule: 'SSL020',
    title: 'nothing is moved out of its conditions',
    before: `${connection}void ICACHE_FLASH_ATTR start(void)
{
    espconn_secure_connect(&conn);
    espconn_secure_set_size(ESPCONN_CLIENT, 4096);
#ifdef LARGE
    espconn_secure_set_size(ESPCONN_CLIENT, 8192);
#endif
}
`,
    after: `${connection}void ICACHE_FLASH_ATTR start(void)
{
    espconn_secure_set_size(ESPCONN_CLIENT, 4096);
    espconn_secure_connect(&conn);
#ifdef LARGE
    espconn_secure_set_size(ESPCONN_CLIENT, 8192);
#endif
}
`,
  },
  {
    rule: 'SSL020',
    title: 'nothing is moved that shares its line',
    before: `${connection}static int ready;

void ICACHE_FLASH_ATTR start(void)
{
    ready = 1; espconn_secure_connect(&conn);
    espconn_secure_set_size(ESPCONN_CLIENT, 4096);
    espconn_secure_set_size(ESPCONN_CLIENT, 2048);
}

void ICACHE_FLASH_ATTR again(void)
{
    espconn_secure_connect(&conn);
    ready = 1; espconn_secure_set_size(ESPCONN_CLIENT, 4096);
}

void ICACHE_FLASH_ATTR last(void)
{
    espconn_secure_connect(&conn);
    espconn_secure_set_size(ESPCONN_CLIENT, 4096);
}
`,
    after: `${connection}static int ready;

void ICACHE_FLASH_ATTR start(void)
{
    ready = 1; espconn_secure_connect(&conn);
    espconn_secure_set_size(ESPCONN_CLIENT, 4096);
    espconn_secure_set_size(ESPCONN_CLIENT, 2048);
}

void ICACHE_FLASH_ATTR again(void)
{
    espconn_secure_connect(&conn);
    ready = 1; espconn_secure_set_size(ESPCONN_CLIENT, 4096);
}

void ICACHE_FLASH_ATTR last(void)
{
    espconn_secure_set_size(ESPCONN_CLIENT, 4096);
    espconn_secure_connect(&conn);
}
`,
  },
  {
    rule: 'SSL031',
    title: 'a timer of its own where a function with its name does more',
    before: `${connection}static os_timer_t on_recv_close_timer;

static void ICACHE_FLASH_ATTR on_recv_close(void *arg)
{
    os_printf("closing\\n");
    espconn_secure_disconnect((struct espconn *)arg);
}

static void ICACHE_FLASH_ATTR on_recv(void *arg, char *data, unsigned short length)
{
    os_timer_setfn(&on_recv_close_timer, (os_timer_func_t *)on_recv_close, &conn);
    espconn_secure_disconnect(&conn);
}
${start}`,
    after: `${connection}static os_timer_t on_recv_close_timer;

static void ICACHE_FLASH_ATTR on_recv_close(void *arg)
{
    os_printf("closing\\n");
    espconn_secure_disconnect((struct espconn *)arg);
}

static os_timer_t on_recv_close2_timer;

static void ICACHE_FLASH_ATTR on_recv_close2(void *arg)
{
    espconn_secure_disconnect((struct espconn *)arg);
}

static void ICACHE_FLASH_ATTR on_recv(void *arg, char *data, unsigned short length)
{
    os_timer_setfn(&on_recv_close_timer, (os_timer_func_t *)on_recv_close, &conn);
    os_timer_disarm(&on_recv_close2_timer);
    os_timer_setfn(&on_recv_close2_timer, (os_timer_func_t *)on_recv_close2, &conn);
    os_timer_arm(&on_recv_close2_timer, 10, 0);
}
${start}`,
  },
  {
    rule: 'SSL041',
    title: 'no variable is made static that is set when its function begins',
    before: `void ICACHE_FLASH_ATTR start(int port)
{
    struct espconn conn;
    esp_tcp tcp = { port };

    conn.proto.tcp = &tcp;
    espconn_secure_connect(&conn);
}
`,
    after: `void ICACHE_FLASH_ATTR start(int port)
{
    static struct espconn conn;
    esp_tcp tcp = { port };

    conn.proto.tcp = &tcp;
    espconn_secure_connect(&conn);
}
`,
  },
];

/** Other ways to write the same. */
const forms: Readonly<Record<string, (text: string) => string>> = {
  'as it is': text => text,
  'with CR LF': text => text.replaceAll('\n', '\r\n'),
  'with tabs': text => text.replace(/^(?: {4})+/gm, blanks => '\t'.repeat(blanks.length / 4)),
  'with two blanks': text => text.replace(/^(?: {4})+/gm, blanks => ' '.repeat(blanks.length / 2)),
  'without a line break at the end': text => text.trimEnd(),
  'inside of a condition': text => `#ifdef USE_TLS\n${text}#endif\n`,
};

describe('the text of a fix', () => {
  for (const { rule, title, before, after } of examples)
    for (const [form, write] of Object.entries(forms))
      it(`of ${rule} has ${title}, ${form}`, async () => {
        const { text, times } = await afterFixes(rule, write(before));
        assert.equal(text, write(after));
        assert.ok(times > 0);
      });

  it('is written as most of the file', () => {
    const style = (code: string) => codeStyle(code);
    assert.deepEqual(style(''), { newLine: '\n', indent: '    ', braceBelow: false });
    assert.deepEqual(style('void f(void) {\r\n\tif (x)\r\n\t{\r\n\t\ty();\r\n\t}\r\n}\r\n'), {
      newLine: '\r\n',
      indent: '\t',
      braceBelow: true,
    });
    assert.equal(style('void f(void)\n{\n  if (x) {\n\n    y();\n  }\n}\n').indent, '  ');
  });
});
