#ifndef WIFI_H
#define WIFI_H

/* Joins the network of user_config.h. Calls `connected` once, when the device has its first IP address. Call it from user_init. */
void wifi_start(void (*connected)(void));

#endif
