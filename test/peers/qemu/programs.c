/* What firmware does, in small: every result goes to the output, for comparison byte by byte. */
#include <stdarg.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

int host_write(const void *bytes, int length);

static void put(u32 value)
{
    host_write(&value, sizeof value);
}

static void put_wide(u64 value)
{
    host_write(&value, sizeof value);
}

static u8 data[4096];

static void fill(void)
{
    u32 state = 12345;
    for (u32 i = 0; i < sizeof data; i++) {
        state = state * 1103515245 + 12345;
        data[i] = state >> 16;
    }
}

static u32 crc32(const u8 *bytes, u32 length)
{
    u32 crc = ~0u;
    while (length--) {
        crc ^= *bytes++;
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
    return ~crc;
}

static u32 rotated_hash(const u8 *bytes, u32 length)
{
    u32 a = 0x67452301, b = 0xefcdab89, c = 0x98badcfe;
    for (u32 i = 0; i < length; i++) {
        u32 n = i & 31;
        a += bytes[i] ^ (b << 5 | b >> 27);
        b = c ^ (n ? a << n | a >> (32 - n) : a);
        c = c * 33 + (a >> 3) - (b & c);
    }
    return a ^ b ^ c;
}

static void quicksort(short *values, int low, int high)
{
    int i = low, j = high;
    short pivot = values[(low + high) / 2];
    while (i <= j) {
        while (values[i] < pivot) i++;
        while (values[j] > pivot) j--;
        if (i <= j) {
            short swapped = values[i];
            values[i++] = values[j];
            values[j--] = swapped;
        }
    }
    if (low < j) quicksort(values, low, j);
    if (i < high) quicksort(values, i, high);
}

static u32 fibonacci(u32 n)
{
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static u32 ackermann(u32 m, u32 n)
{
    return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static int chosen(int value)
{
    switch (value) {
    case 0: return 10;
    case 1: return -7;
    case 2: return 1000;
    case 3: return 3;
    case 5: return 12345;
    case 6: return -1;
    case 9: return 0x7fffffff;
    default: return value * 3;
    }
}

static u32 sum(int count, ...)
{
    u32 total = 0;
    va_list arguments;
    va_start(arguments, count);
    for (int i = 0; i < count; i++)
        total = total * 31 + (i & 1 ? (u32)(va_arg(arguments, u64) >> 7) : (u32)va_arg(arguments, int));
    va_end(arguments);
    return total;
}

struct small { short a; u8 b; int c; };
struct large { int values[8]; };
struct bits { u32 a : 3; int b : 7; u32 c : 12; int d : 10; };

static struct small make_small(int n)
{
    struct small made = { n * 3, n + 1, n * n };
    return made;
}

static struct large make_large(int n)
{
    struct large made;
    for (int i = 0; i < 8; i++)
        made.values[i] = n * i - i * i;
    return made;
}

int main(void)
{
    fill();
    put(crc32(data, sizeof data));
    put(rotated_hash(data, sizeof data));

    short *shorts = (short *)data;
    quicksort(shorts, 0, sizeof data / 2 - 1);
    for (int i = 1; i < (int)sizeof data / 2; i++)
        if (shorts[i - 1] > shorts[i]) put(0xdeadbeef);
    put(crc32(data, sizeof data));
    put(fibonacci(15));
    put(ackermann(2, 9));

    for (int i = -2; i < 12; i++)
        put(chosen(i));

    volatile u64 a = 0x123456789abcdefull, b = 0xfedcba98ull;
    for (int i = 0; i < 64; i += 7) {
        put_wide(a * (b << i));
        put_wide((b << i) ? a / (b << i) : 1);
        put_wide(a % (b + i));
        put_wide(a << i);
        put_wide((long long)-a >> i);
        put_wide(a >> i);
    }
    volatile int x = -123457, y = 1000;
    put(x / y);
    put(x % y);
    put((u32)x / y);
    put((u32)x % y);

    put(sum(6, 1, 2ull << 33, 3, 4ull << 40, 5, 6ull << 9));
    put(sum(9, 1, 2ull, 3, 4ull, 5, 6ull, 7, 8ull << 50, 9));

    struct small small = make_small(y / 10);
    struct large large = make_large(y);
    put(small.a + small.b + small.c);
    for (int i = 0; i < 8; i++)
        put(large.values[i]);

    struct bits bits = { y, x, y * 7, -x };
    bits.b -= 3;
    bits.c += bits.a;
    put(bits.a);
    put(bits.b);
    put(bits.c);
    put(bits.d);
    return 42;
}
