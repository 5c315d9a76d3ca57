/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_MEM_H
#define ESP8266_SSL_MEM_H

#include "c_types.h"

#define os_malloc(size) pvPortMalloc(size, "", __LINE__)
#define os_zalloc(size) pvPortZalloc(size, "", __LINE__)
#define os_calloc(count, size) pvPortCalloc(count, size, "", __LINE__)
#define os_realloc(ptr, size) pvPortRealloc(ptr, size, "", __LINE__)
#define os_free(ptr) vPortFree(ptr, "", __LINE__)

/* Allocates memory; os_malloc stands for it. */
void *pvPortMalloc(unsigned int size, const char *file, unsigned int line);
/* Allocates cleared memory; os_zalloc stands for it. */
void *pvPortZalloc(unsigned int size, const char *file, unsigned int line);
/* Allocates a cleared array; os_calloc stands for it. */
void *pvPortCalloc(unsigned int count, unsigned int size, const char *file, unsigned int line);
/* Resizes a block; os_realloc stands for it. */
void *pvPortRealloc(void *ptr, unsigned int size, const char *file, unsigned int line);
/* Frees a block; os_free stands for it. */
void vPortFree(void *ptr, const char *file, unsigned int line);
/* Answers the free heap in bytes. */
unsigned int xPortGetFreeHeapSize(void);

#endif
