#include "services.h"
#include "osapi.h"
#include "spi_flash.h"

bool storeInSector(uint16 sector, const void *words, uint32 size)
{
    SpiFlashOpResult result = spi_flash_erase_sector(sector);

    if (result == SPI_FLASH_RESULT_OK)
        result = spi_flash_write(sector * SPI_FLASH_SEC_SIZE, (uint32 *)words, size);
    os_printf("flash: sector 0x%x, result %d\n", sector, result);
    return result == SPI_FLASH_RESULT_OK;
}
