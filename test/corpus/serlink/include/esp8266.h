#ifndef _ESP8266_H_
#define _ESP8266_H_
#undef SHOW_HEAP_USE
#define DBG(format, ...) do { os_printf(format, ## __VA_ARGS__); } while(0)

#include <user_interface.h>
#include <ip_addr.h>
#include <c_types.h>
#include <ets_sys.h>
#include <espconn.h>
#include <osapi.h>
#include <mem.h>
#include <gpio.h>
#include <upgrade.h>
#endif
