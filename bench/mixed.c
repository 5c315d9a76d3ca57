/* The programs that the CPU is compared with QEMU by, ROUNDS times one behind the other. */
#define main once
#include "../test/peers/qemu/programs.c"
#undef main

int main(void)
{
    int result = 0;
    for (int round = 0; round < ROUNDS; round++)
        result = once();
    return result;
}
