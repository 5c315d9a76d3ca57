#include "options.h"
#include "osapi.h"
#include "spi_flash.h"

#define OPTIONS_SECTOR 0x7b

bool hasOption(const char *word)
{
    /* What spi_flash_read writes to has to be words; erased flash is full of ones, which no word has. */
    static uint32 sector[32];
    char *text = (char *)sector;

    if (spi_flash_read(OPTIONS_SECTOR * SPI_FLASH_SEC_SIZE, sector, sizeof sector) != SPI_FLASH_RESULT_OK)
        return false;
    text[sizeof sector - 1] = 0;
    return os_strstr(text, word) != NULL;
}
