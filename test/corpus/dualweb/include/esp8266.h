#ifndef ESP8266_H
#define ESP8266_H
#include <ets_sys.h>
#include <os_type.h>
#include <osapi.h>
#include <mem.h>
#include <ip_addr.h>
#include <espconn.h>
#include <gpio.h>
#include <user_interface.h>
#endif
