/* What lwIP wants to know of the compiler and the chip. */
#ifndef ARCH_CC_H
#define ARCH_CC_H

#include "osapi.h"

/* There is no C library: these headers do not exist, and the SDK's stdint.h is short. */
typedef unsigned int uintptr_t;
#define LWIP_NO_INTTYPES_H 1
#define LWIP_NO_CTYPE_H 1
#define LWIP_NO_UNISTD_H 1
#define X8_F "02x"
#define U16_F "u"
#define S16_F "d"
#define X16_F "x"
#define U32_F "u"
#define S32_F "d"
#define X32_F "x"
#define SZT_F "u"
typedef int ssize_t;
#define SSIZE_MAX 0x7fffffff

#define LWIP_PLATFORM_DIAG(arguments) do { os_printf arguments; } while (0)
#define LWIP_PLATFORM_ASSERT(text) do { os_printf("lwIP: %s\n", text); __builtin_trap(); } while (0)

/* The hardware random number generator. */
#define LWIP_RAND() (*(volatile uint32 *)0x3ff20e44)

#endif
