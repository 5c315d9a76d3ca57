#ifndef _RING_H_
#define _RING_H_
#include "node_config.h"
#include "c_types.h"

typedef struct {
  uint8_t *buf;
  uint16_t size;
  uint16_t head;
  uint16_t fill;
} RING;

void ICACHE_FLASH_ATTR RING_Init(RING *ring, int size);
int32_t ICACHE_FLASH_ATTR RING_Puts(RING *ring, uint8_t *data, uint16_t length);
int32_t ICACHE_FLASH_ATTR RING_Gets(RING *ring, uint8_t *data, uint16_t *length, uint16_t max);
BOOL ICACHE_FLASH_ATTR RING_IsEmpty(RING *ring);
#endif
