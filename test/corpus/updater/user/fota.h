#ifndef FOTA_H
#define FOTA_H

#ifndef FW_VERSION
#define FW_VERSION "0"
#endif

typedef enum { FOTA_DONE, FOTA_NOTHING_NEW, FOTA_NO_SERVER, FOTA_BAD_ANSWER, FOTA_BAD_FLASH, FOTA_BROKEN } fota_result_t;
typedef void (*fota_callback_t)(fota_result_t result);

void fota_start(char *host, fota_callback_t callback);
void system_upgrade_reboot(void);
void system_upgrade_flag_set(uint8 flag);
uint8 system_upgrade_flag_check(void);
uint8 system_upgrade_userbin_check(void);
#endif
