/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_MEM_H
#define ESP8266_SSL_MEM_H

#include "c_types.h"

#define os_malloc_iram(size) pvPortMalloc(size, "", __LINE__, true)
#define os_malloc_dram(size) pvPortMalloc(size, "", __LINE__, false)
#define os_zalloc_iram(size) pvPortZallocIram(size, "", __LINE__)
#define os_zalloc_dram(size) pvPortZalloc(size, "", __LINE__)
#define os_calloc_iram(count, size) pvPortCallocIram(count, size, "", __LINE__)
#define os_calloc_dram(count, size) pvPortCalloc(count, size, "", __LINE__)
#define os_malloc os_malloc_iram
#define os_zalloc os_zalloc_iram
#define os_calloc os_calloc_iram
#define os_realloc(ptr, size) pvPortRealloc(ptr, size, "", __LINE__)
#define os_free(ptr) vPortFree(ptr, "", __LINE__)

#ifdef __cplusplus
extern "C" {
#endif

/* Allocates memory; the macro os_malloc expands to it. Before SDK 3.0 the last parameter is missing. */
void *pvPortMalloc(size_t size, const char *file, unsigned int line, bool iram);
/* Allocates cleared memory; the macro os_zalloc_dram expands to it. */
void *pvPortZalloc(size_t size, const char *file, unsigned int line);
/* Allocates a cleared array; the macro os_calloc_dram expands to it. */
void *pvPortCalloc(size_t count, size_t size, const char *file, unsigned int line);
/* Allocates cleared memory, in instruction RAM if there is some; the macro os_zalloc expands to it. */
void *pvPortZallocIram(size_t size, const char *file, unsigned int line);
/* Allocates a cleared array, in instruction RAM if there is some; the macro os_calloc expands to it. */
void *pvPortCallocIram(size_t count, size_t size, const char *file, unsigned int line);
/* Resizes a block; the macro os_realloc expands to it. */
void *pvPortRealloc(void *ptr, size_t size, const char *file, unsigned int line);
/* Frees a block; the macro os_free expands to it. */
void vPortFree(void *ptr, const char *file, unsigned int line);
/* Answers the free heap in bytes. */
unsigned int xPortGetFreeHeapSize(void);

#ifdef __cplusplus
}
#endif

#endif
