/* CPU-bound loops for bench/cpu.ts. LOOP chooses one. */
typedef unsigned char u8;
typedef unsigned int u32;

static u8 data[4096];

static __attribute__((noinline)) u32 crc32(u32 crc)
{
    for (u32 i = 0; i < sizeof data; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
    return crc;
}

static __attribute__((noinline)) u32 fibonacci(u32 n)
{
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

int main(void)
{
    u32 result = 0;
    for (u32 i = 0; i < sizeof data; i++)
        data[i] = i * 7;
    for (u32 i = 0; i < ROUNDS; i++)
        result += LOOP;
    return result & 0x7f;
}
