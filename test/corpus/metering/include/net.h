#pragma once
/*
 * One set of sources, with or without TLS: NET(connect)(c) is espconn_connect(c) or espconn_secure_connect(c).
 */
#if USE_TLS
#define NET(call) espconn_secure_##call
#else
#define NET(call) espconn_##call
#endif

#define KB(n) ((n) * 1024)
#define SECTOR_OF(address) ((address) / SPI_FLASH_SEC_SIZE)

#define CA_ADDRESS 0x6D000
#define PAIR_ADDRESS (CA_ADDRESS + KB(4))

#define TRY(call)                                               \
  do {                                                          \
    sint8 error_ = (call);                                      \
    if (error_ != ESPCONN_OK) {                                 \
      os_printf("%s:%d: %d\n", __FILE__, __LINE__, error_);     \
      return error_;                                            \
    }                                                           \
  } while (0)

#define ASSURE(call)                                            \
  do {                                                          \
    if (!(call))                                                \
      os_printf("%s:%d: refused\n", __FILE__, __LINE__);        \
  } while (0)

#define AFTER(timer, ms, fn, arg)                               \
  do {                                                          \
    os_timer_disarm(&(timer));                                  \
    os_timer_setfn(&(timer), (os_timer_func_t *)(fn), (arg));   \
    os_timer_arm(&(timer), (ms), 0);                            \
  } while (0)

#define CALLBACK(name) static void ICACHE_FLASH_ATTR name
#define ON(event, conn, fn) espconn_regist_##event##cb((conn), (fn))

#define METER_BUF KB(1)
#define MIN_HEAP KB(24)
