/* Reads certificates and keys from the flash with Mbed TLS, as espconn_mbedtls.c of the SDK does, and prints what it returns. */
#include "osapi.h"
#include "mem.h"
#include "spi_flash.h"
#include "user_interface.h"
#include "mbedtls/pk.h"
#include "mbedtls/x509_crt.h"

/* Where the files lie: each behind a header, aligned to words; erased flash ends the list. */
#define FILES 0x100000
#define FILES_IN_A_TURN 10

enum { CERTIFICATE, KEY };

struct header {
    uint32 kind;
    uint32 length;
};

static uint32 place = FILES;
static os_timer_t timer;

void *readerAllocateCleared(unsigned int count, unsigned int size)
{
    return os_calloc(count, size);
}

void readerFree(void *memory)
{
    os_free(memory);
}

static int readCertificate(const uint8 *data, uint32 length)
{
    mbedtls_x509_crt certificate;
    int result;

    mbedtls_x509_crt_init(&certificate);
    result = mbedtls_x509_crt_parse(&certificate, data, length);
    mbedtls_x509_crt_free(&certificate);
    return result;
}

static int readKey(const uint8 *data, uint32 length)
{
    mbedtls_pk_context key;
    int result;

    mbedtls_pk_init(&key);
    result = mbedtls_pk_parse_key(&key, data, length, NULL, 0);
    mbedtls_pk_free(&key);
    return result;
}

/* Prints the result of the next file; false when there is none. */
static bool readNext(void)
{
    struct header header;
    uint32 aligned;
    uint8 *data;

    spi_flash_read(place, (uint32 *)&header, sizeof header);
    if (header.kind != CERTIFICATE && header.kind != KEY)
        return false;
    aligned = (header.length + 3) & ~3;
    data = os_zalloc(aligned + 1);
    if (data == NULL)
        return false;
    spi_flash_read(place + sizeof header, (uint32 *)data, aligned);
    data[header.length] = 0;
    /* The SDK counts a NUL where it sees PEM. */
    if (os_strstr((char *)data, "-----BEGIN") != NULL)
        header.length++;
    os_printf("%d\n", header.kind == KEY ? readKey(data, header.length) : readCertificate(data, header.length));
    os_free(data);
    place += sizeof header + aligned;
    return true;
}

static void readSome(void *arg)
{
    (void)arg;
    for (int count = 0; count < FILES_IN_A_TURN; count++) {
        if (!readNext()) {
            os_printf("end\n");
            return;
        }
        system_soft_wdt_feed();
    }
    os_timer_arm(&timer, 1, 0);
}

void user_init(void)
{
    os_timer_disarm(&timer);
    os_timer_setfn(&timer, readSome, NULL);
    os_timer_arm(&timer, 1, 0);
}
