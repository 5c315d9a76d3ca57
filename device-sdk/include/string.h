/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_STRING_H
#define ESP8266_SSL_STRING_H

#include <c_types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Copies memory. */
void *memcpy(void *dest, const void *src, size_t n);
/* Copies memory that may overlap. */
void *memmove(void *dest, const void *src, size_t n);
/* Fills memory. */
void *memset(void *s, int c, size_t n);
/* Compares memory. */
int memcmp(const void *s1, const void *s2, size_t n);
/* Finds a byte. */
void *memchr(const void *s, int c, size_t n);
/* Answers the length of a string. */
size_t strlen(const char *s);
/* Compares strings. */
int strcmp(const char *s1, const char *s2);
/* Compares at most n characters. */
int strncmp(const char *s1, const char *s2, size_t n);
/* Copies a string. */
char *strcpy(char *dest, const char *src);
/* Copies at most n characters. */
char *strncpy(char *dest, const char *src, size_t n);
/* Appends a string. */
char *strcat(char *dest, const char *src);
/* Finds a character. */
char *strchr(const char *s, int c);
/* Finds the last of a character. */
char *strrchr(const char *s, int c);
/* Finds a string in another. */
char *strstr(const char *haystack, const char *needle);

#ifdef __cplusplus
}
#endif

#endif
