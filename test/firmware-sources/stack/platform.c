/* What lwIP and Mbed TLS need of the chip: time, memory, random numbers. */
#include "osapi.h"
#include "mem.h"
#include "mbedtls/entropy_poll.h"

#define RANDOM_REGISTER (*(volatile uint32 *)0x3ff20e44)
/* Counts at 312.5 kHz with the divider that the SDK sets. */
#define FRC2_COUNT (*(volatile uint32 *)0x60000624)

/* Milliseconds for lwIP's timers. The counter wraps after 3.8 hours, this only with its own 32 bits. */
uint32 sys_now(void)
{
    static uint32 lastCount, rest, milliseconds;
    uint32 count = FRC2_COUNT;

    /* A millisecond is 625 half ticks. lwIP asks every 25 ms, so these are few. */
    rest += (count - lastCount) * 2;
    lastCount = count;
    milliseconds += rest / 625;
    rest %= 625;
    return milliseconds;
}

void *stackAllocate(unsigned int size)
{
    return os_malloc(size);
}

void *stackAllocateCleared(unsigned int count, unsigned int size)
{
    return os_calloc(count, size);
}

void stackFree(void *memory)
{
    os_free(memory);
}

int mbedtls_hardware_poll(void *context, unsigned char *output, size_t length, size_t *written)
{
    (void)context;
    for (size_t at = 0; at < length; at++)
        output[at] = RANDOM_REGISTER;
    *written = length;
    return 0;
}
