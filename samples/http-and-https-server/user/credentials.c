/* The certificate and private key of the TLS server, from esp_cert_private_key.bin in the flash. */
#include "osapi.h"
#include "spi_flash.h"
#include "ip_addr.h"
#include "espconn.h"
#include "credentials.h"

/* A record in the flash: name, length of the data, data. The next one follows at once; erased flash ends the list. */
#define RECORD_NAME_SIZE 32
#define RECORD_HEAD_SIZE 34
#define RECORD_LIST_END 0xffff

/* One sector: a certificate and a key of 2048 bits have about 2 KB. */
static uint32 record_sector[SPI_FLASH_SEC_SIZE / 4];

/* Finds the record whose name starts with `name`. Returns its data and stores its length; NULL if there is none. */
static uint8 *ICACHE_FLASH_ATTR
find_record(const char *name, uint16 *length)
{
    uint8 *bytes = (uint8 *)record_sector;
    uint32 offset = 0;

    while (offset + RECORD_HEAD_SIZE <= SPI_FLASH_SEC_SIZE) {
        uint16 data_length = bytes[offset + RECORD_NAME_SIZE] | (bytes[offset + RECORD_NAME_SIZE + 1] << 8);

        if (data_length == RECORD_LIST_END || offset + RECORD_HEAD_SIZE + data_length > SPI_FLASH_SEC_SIZE)
            return NULL;
        if (os_strncmp((char *)&bytes[offset], name, os_strlen(name)) == 0) {
            *length = data_length;
            return &bytes[offset + RECORD_HEAD_SIZE];
        }
        offset += RECORD_HEAD_SIZE + data_length;
    }
    return NULL;
}

bool ICACHE_FLASH_ATTR
load_credentials(uint32 sector)
{
    uint8 *certificate, *private_key;
    uint16 certificate_length, private_key_length;

    if (spi_flash_read(sector * SPI_FLASH_SEC_SIZE, record_sector, sizeof record_sector) != SPI_FLASH_RESULT_OK)
        return false;

    certificate = find_record("certificate", &certificate_length);
    private_key = find_record("private_key", &private_key_length);
    if (certificate == NULL || private_key == NULL) {
        os_printf("no certificate at sector 0x%x\n", sector);
        return false;
    }
    os_printf("certificate %u bytes, private key %u bytes\n", certificate_length, private_key_length);
    return espconn_secure_set_default_certificate(certificate, certificate_length) &&
           espconn_secure_set_default_private_key(private_key, private_key_length);
}
