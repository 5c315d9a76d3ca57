/* Stand-ins for the part of libgcc that the chip keeps in its ROM, so that the same program runs on a bare CPU. */
typedef unsigned int u32;
typedef unsigned long long u64;

u32 __udivsi3(u32 a, u32 b)
{
    u32 quotient = 0, rest = 0;
    for (int bit = 31; bit >= 0; bit--) {
        rest = rest << 1 | (a >> bit & 1);
        if (rest >= b) {
            rest -= b;
            quotient |= 1u << bit;
        }
    }
    return quotient;
}

u32 __umodsi3(u32 a, u32 b)
{
    return a - __udivsi3(a, b) * b;
}

int __divsi3(int a, int b)
{
    u32 q = __udivsi3(a < 0 ? -(u32)a : (u32)a, b < 0 ? -(u32)b : (u32)b);
    return (a ^ b) < 0 ? -(int)q : (int)q;
}

u64 __umulsidi3(u32 a, u32 b)
{
    u32 a0 = a & 0xffff, a1 = a >> 16, b0 = b & 0xffff, b1 = b >> 16;
    u32 low = a0 * b0, middle = a1 * b0 + (low >> 16), other = a0 * b1 + (middle & 0xffff);
    return (u64)(a1 * b1 + (middle >> 16) + (other >> 16)) << 32 | (other << 16 | (low & 0xffff));
}

u64 __muldi3(u64 a, u64 b)
{
    u64 low = __umulsidi3((u32)a, (u32)b);
    return low + ((u64)((u32)a * (u32)(b >> 32) + (u32)(a >> 32) * (u32)b) << 32);
}

u64 __udivdi3(u64 a, u64 b)
{
    u64 quotient = 0, rest = 0;
    for (int bit = 63; bit >= 0; bit--) {
        rest = rest << 1 | (a >> bit & 1);
        if (rest >= b) {
            rest -= b;
            quotient |= 1ull << bit;
        }
    }
    return quotient;
}

u64 __umoddi3(u64 a, u64 b)
{
    return a - __muldi3(__udivdi3(a, b), b);
}

void *memcpy(void *to, const void *from, u32 length)
{
    for (u32 i = 0; i < length; i++)
        ((volatile char *)to)[i] = ((const char *)from)[i];
    return to;
}
