/* What config_esp.h of the SDK switches on of the readers of certificates and keys. */
#ifndef MBEDTLS_CONFIG_H
#define MBEDTLS_CONFIG_H

/* No operating system, no C library: heap and printf come from the SDK, whose stdint.h has no limits. */
#define SIZE_MAX 0xffffffffu
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS
void *readerAllocateCleared(unsigned int count, unsigned int size);
void readerFree(void *memory);
int ets_snprintf(char *str, unsigned int size, const char *format, ...);
int os_printf_plus(const char *format, ...);
#define MBEDTLS_PLATFORM_CALLOC_MACRO readerAllocateCleared
#define MBEDTLS_PLATFORM_FREE_MACRO readerFree
#define MBEDTLS_PLATFORM_SNPRINTF_MACRO ets_snprintf
#define MBEDTLS_PLATFORM_PRINTF_MACRO os_printf_plus

#define MBEDTLS_AES_C
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_AES_FEWER_TABLES
#define MBEDTLS_CIPHER_C
#define MBEDTLS_CIPHER_MODE_CBC
#define MBEDTLS_MD_C
#define MBEDTLS_MD5_C
#define MBEDTLS_SHA1_C
#define MBEDTLS_SHA224_C
#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA512_C

#define MBEDTLS_BIGNUM_C
#define MBEDTLS_RSA_C
#define MBEDTLS_PKCS1_V15
#define MBEDTLS_PKCS1_V21

#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_BASE64_C
#define MBEDTLS_OID_C
#define MBEDTLS_PEM_PARSE_C
#define MBEDTLS_PK_C
#define MBEDTLS_PK_PARSE_C
#define MBEDTLS_X509_USE_C
#define MBEDTLS_X509_CRT_PARSE_C

#include "mbedtls/check_config.h"

#endif
