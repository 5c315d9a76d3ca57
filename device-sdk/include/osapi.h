/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_OSAPI_H
#define ESP8266_SSL_OSAPI_H

#include "os_type.h"
#include "string.h"

#ifdef __has_include
#if __has_include("user_config.h")
#include "user_config.h"
#endif
#endif

#define os_printf os_printf_plus
#define os_sprintf ets_sprintf
#define os_snprintf ets_snprintf
#define os_memcmp ets_memcmp
#define os_memcpy ets_memcpy
#define os_memmove ets_memmove
#define os_memset ets_memset
#define os_bzero ets_bzero
#define os_strcat strcat
#define os_strchr strchr
#define os_strcmp ets_strcmp
#define os_strcpy ets_strcpy
#define os_strlen ets_strlen
#define os_strncmp ets_strncmp
#define os_strncpy ets_strncpy
#define os_strstr ets_strstr
#define os_delay_us ets_delay_us
#define os_install_putc1 ets_install_putc1
#define os_timer_setfn ets_timer_setfn
#define os_timer_arm(timer, ms, repeat) ets_timer_arm_new(timer, ms, repeat, 1)
#define os_timer_arm_us(timer, us, repeat) ets_timer_arm_new(timer, us, repeat, 0)
#define os_timer_disarm ets_timer_disarm

#ifdef __cplusplus
extern "C" {
#endif

/* Prints to UART0; the macro os_printf expands to it. */
int os_printf_plus(const char *format, ...);
/* Formats into a buffer; the macro os_sprintf expands to it. */
int ets_sprintf(char *str, const char *format, ...);
/* Formats at most size bytes; the macro os_snprintf expands to it. */
int ets_snprintf(char *str, unsigned int size, const char *format, ...);
/* Sets the function that prints a character; the macro os_install_putc1 expands to it. */
void ets_install_putc1(void (*p)(char c));
/* Waits busily; the macro os_delay_us expands to it. */
void ets_delay_us(uint32 us);
/* Answers a random number. */
unsigned long os_random(void);
/* Fills a buffer with random bytes. */
int os_get_random(unsigned char *buf, size_t len);
/* Compares memory. */
int ets_memcmp(const void *s1, const void *s2, unsigned int n);
/* Copies memory upwards. */
void *ets_memcpy(void *dest, const void *src, unsigned int n);
/* Copies memory that may overlap. */
void *ets_memmove(void *dest, const void *src, unsigned int n);
/* Fills memory. */
void *ets_memset(void *s, int c, unsigned int n);
/* Clears memory. */
void ets_bzero(void *s, unsigned int n);
/* Compares strings. */
int ets_strcmp(const char *s1, const char *s2);
/* Copies a string. */
char *ets_strcpy(char *dest, const char *src);
/* Answers the length of a string. */
int ets_strlen(const char *s);
/* Compares at most n characters. */
int ets_strncmp(const char *s1, const char *s2, unsigned int n);
/* Copies at most n characters. */
char *ets_strncpy(char *dest, const char *src, unsigned int n);
/* Finds a string in another. */
char *ets_strstr(const char *haystack, const char *needle);
/* Sets the function of a timer that is not armed. */
void ets_timer_setfn(ETSTimer *ptimer, ETSTimerFunc *pfunction, void *parg);
/* Arms a timer; the macro os_timer_arm expands to it. */
void ets_timer_arm_new(ETSTimer *ptimer, uint32 time, bool repeat_flag, bool ms_flag);
/* Disarms a timer. */
void ets_timer_disarm(ETSTimer *ptimer);

#ifdef __cplusplus
}
#endif

#endif
