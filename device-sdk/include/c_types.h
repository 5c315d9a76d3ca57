/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_C_TYPES_H
#define ESP8266_SSL_C_TYPES_H

typedef unsigned char uint8_t;
typedef signed char sint8_t;
typedef signed char int8_t;
typedef unsigned short uint16_t;
typedef signed short sint16_t;
typedef signed short int16_t;
typedef unsigned int uint32_t;
typedef signed int sint32_t;
typedef signed int int32_t;
typedef unsigned long long uint64_t;
typedef signed long long sint64_t;
typedef signed long long int64_t;
typedef unsigned int size_t;
typedef uint8_t uint8;
typedef uint8_t u8;
typedef sint8_t sint8;
typedef sint8_t int8;
typedef sint8_t s8;
typedef uint16_t uint16;
typedef uint16_t u16;
typedef sint16_t sint16;
typedef sint16_t s16;
typedef uint32_t uint32;
typedef uint32_t u32;
typedef sint32_t sint32;
typedef sint32_t s32;
typedef sint32_t int32;
typedef uint64_t uint64;
typedef uint64_t u64;
typedef sint64_t sint64;
typedef unsigned int u_int;
typedef float real32;
typedef double real64;

#ifndef __cplusplus
typedef unsigned char bool;
#define true 1
#define false 0
#endif
#define BOOL bool
#define TRUE true
#define FALSE false
#ifndef NULL
#define NULL ((void *)0)
#endif

#define BIT(nr) (1UL << (nr))
#define LOCAL static
#ifndef __packed
#define __packed __attribute__((packed))
#endif
#define STORE_ATTR __attribute__((aligned(4)))

/* Functions with ICACHE_FLASH_ATTR run from flash, others from instruction RAM; constants with ICACHE_RODATA_ATTR
   lie in flash, where only aligned words can be read. */
#define ICACHE_FLASH_ATTR __attribute__((section(".irom0.text")))
#define ICACHE_RODATA_ATTR __attribute__((section(".irom.text")))
#define IRAM_ATTR __attribute__((section(".iram.text")))

typedef enum status {
    OK = 0,
    FAIL = 1,
    PENDING = 2,
    BUSY = 3,
    CANCEL = 4,
} STATUS;

#endif
