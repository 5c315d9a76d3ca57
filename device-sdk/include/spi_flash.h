/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_SPI_FLASH_H
#define ESP8266_SSL_SPI_FLASH_H

#include "c_types.h"

typedef enum _SpiFlashOpResult {
    SPI_FLASH_RESULT_OK = 0,
    SPI_FLASH_RESULT_ERR = 1,
    SPI_FLASH_RESULT_TIMEOUT = 2,
} SpiFlashOpResult;

#define SPI_FLASH_SEC_SIZE 4096

#ifdef __cplusplus
extern "C" {
#endif

/* Erases a sector of 4096 bytes. */
SpiFlashOpResult spi_flash_erase_sector(uint16 sec);
/* Writes flash that has been erased; all arguments are multiples of four. */
SpiFlashOpResult spi_flash_write(uint32 des_addr, uint32 *src_addr, uint32 size);
/* Reads flash. */
SpiFlashOpResult spi_flash_read(uint32 src_addr, uint32 *des_addr, uint32 size);
/* Answers the flash chip’s id. */
uint32 spi_flash_get_id(void);
/* Protects running firmware and parameters from being erased. */
bool spi_flash_erase_protect_enable(void);
/* Ends the protection from being erased. */
bool spi_flash_erase_protect_disable(void);

#ifdef __cplusplus
}
#endif

#endif
