#include "osapi.h"
#include "mem.h"
#include "ring.h"

void ICACHE_FLASH_ATTR RING_Init(RING *ring, int size)
{
  ring->buf = (uint8_t *)os_zalloc(size);
  ring->size = size;
  ring->head = ring->fill = 0;
}

static void ICACHE_FLASH_ATTR put(RING *ring, uint8_t byte)
{
  ring->buf[(ring->head + ring->fill++) % ring->size] = byte;
}

static uint8_t ICACHE_FLASH_ATTR get(RING *ring)
{
  uint8_t byte = ring->buf[ring->head];

  ring->head = (ring->head + 1) % ring->size;
  ring->fill--;
  return byte;
}

int32_t ICACHE_FLASH_ATTR RING_Puts(RING *ring, uint8_t *data, uint16_t length)
{
  uint16_t i;

  if (ring->fill + length + 2 > ring->size)
    return -1;
  put(ring, length >> 8);
  put(ring, length & 0xff);
  for (i = 0; i < length; i++)
    put(ring, data[i]);
  return 0;
}

int32_t ICACHE_FLASH_ATTR RING_Gets(RING *ring, uint8_t *data, uint16_t *length, uint16_t max)
{
  uint16_t i;

  if (ring->fill < 2)
    return -1;
  *length = get(ring) << 8;
  *length |= get(ring);
  if (*length > max)
    return -1;
  for (i = 0; i < *length; i++)
    data[i] = get(ring);
  return 0;
}

BOOL ICACHE_FLASH_ATTR RING_IsEmpty(RING *ring)
{
  return ring->fill == 0;
}
