#ifndef __PLUG_H__
#define __PLUG_H__

#include "c_types.h"
#include "espconn.h"

struct plug_param {
    uint8 token[41];
    uint8 activated;
    uint8 level;
    uint8 pad;
};

typedef enum {
    CLOUD_IDLE,
    CLOUD_CONNECTING,
    CLOUD_CONNECTED,
    CLOUD_RETRY,
} cloud_status_t;

void plug_set(uint8 level);
uint8 plug_get(void);
void plug_load(struct plug_param *param);
void plug_save(struct plug_param *param);

void cloud_start(void);
cloud_status_t cloud_get_status(void);
void cloud_upgrade_done(void *arg);

void webserver_init(uint32 port);

#endif
