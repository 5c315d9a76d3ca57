#ifndef USER_CONFIG_H
#define USER_CONFIG_H

/* Map 4: 4 MB, 512 + 512 KB. What is ours lies behind the second slot. */
#define LOCK_CA_ADDR          0x100000
#define LOCK_CA_SIZE          0x2000
#define LOCK_PAIR_ADDR        (LOCK_CA_ADDR + LOCK_CA_SIZE)
#define LOCK_PAIR_SIZE        0x2000
#define LOCK_LOG_ADDR         (LOCK_PAIR_ADDR + LOCK_PAIR_SIZE)
#define LOCK_LOG_SIZE         0x10000

#define LOCK_SERVER           { 10, 20, 0, 4 }
#define LOCK_PORT             8443

#endif
