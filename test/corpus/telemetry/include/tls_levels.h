#pragma once
enum { LEVEL_PLAIN = 0, LEVEL_TLS, LEVEL_VERIFY, LEVEL_MUTUAL };
#define TLS_LEVEL LEVEL_VERIFY
#define CA_FLASH_ADDRESS 0x77 /* a sector, whatever the name says */
#define DEVICE_CERT_FLASH_ADDRESS 0x78
