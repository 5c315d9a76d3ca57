/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_USER_INTERFACE_H
#define ESP8266_SSL_USER_INTERFACE_H

#include "os_type.h"
#include "ip_addr.h"

struct rst_info {
    uint32 reason;
    uint32 exccause;
    uint32 epc1;
    uint32 epc2;
    uint32 epc3;
    uint32 excvaddr;
    uint32 depc;
};

enum rst_reason {
    REASON_DEFAULT_RST = 0,
    REASON_WDT_RST = 1,
    REASON_EXCEPTION_RST = 2,
    REASON_SOFT_WDT_RST = 3,
    REASON_SOFT_RESTART = 4,
    REASON_DEEP_SLEEP_AWAKE = 5,
    REASON_EXT_SYS_RST = 6,
};

typedef void (*init_done_cb_t)(void);

#define NULL_MODE 0x00
#define STATION_MODE 0x01
#define SOFTAP_MODE 0x02
#define STATIONAP_MODE 0x03
#define STATION_IF 0x00
#define SOFTAP_IF 0x01

typedef enum _auth_mode {
    AUTH_OPEN = 0,
    AUTH_WEP = 1,
    AUTH_WPA_PSK = 2,
    AUTH_WPA2_PSK = 3,
    AUTH_WPA_WPA2_PSK = 4,
    AUTH_MAX = 5,
} AUTH_MODE;

typedef struct _wifi_fast_scan_threshold {
    sint8 rssi;
    AUTH_MODE authmode;
} wifi_fast_scan_threshold_t;

struct station_config {
    uint8 ssid[32];
    uint8 password[64];
    uint8 bssid_set;
    uint8 bssid[6];
    wifi_fast_scan_threshold_t threshold;
};

enum { STATION_IDLE = 0, STATION_CONNECTING, STATION_WRONG_PASSWORD, STATION_NO_AP_FOUND, STATION_CONNECT_FAIL, STATION_GOT_IP };

enum {
    EVENT_STAMODE_CONNECTED = 0,
    EVENT_STAMODE_DISCONNECTED,
    EVENT_STAMODE_AUTHMODE_CHANGE,
    EVENT_STAMODE_GOT_IP,
    EVENT_STAMODE_DHCP_TIMEOUT,
    EVENT_SOFTAPMODE_STACONNECTED,
    EVENT_SOFTAPMODE_STADISCONNECTED,
    EVENT_SOFTAPMODE_PROBEREQRECVED,
    EVENT_OPMODE_CHANGED,
    EVENT_SOFTAPMODE_DISTRIBUTE_STA_IP,
    EVENT_MAX
};

typedef struct _event_sta_mode_connected {
    uint8 ssid[32];
    uint8 ssid_len;
    uint8 bssid[6];
    uint8 channel;
} Event_StaMode_Connected_t;

typedef struct _event_sta_mode_disconnected {
    uint8 ssid[32];
    uint8 ssid_len;
    uint8 bssid[6];
    uint8 reason;
} Event_StaMode_Disconnected_t;

typedef struct _event_sta_mode_got_ip {
    struct ip_addr ip;
    struct ip_addr mask;
    struct ip_addr gw;
} Event_StaMode_Got_IP_t;

typedef union {
    Event_StaMode_Connected_t connected;
    Event_StaMode_Disconnected_t disconnected;
    Event_StaMode_Got_IP_t got_ip;
} Event_Info_u;

typedef struct _esp_event {
    uint32 event;
    Event_Info_u event_info;
} System_Event_t;

typedef void (*wifi_event_handler_cb_t)(System_Event_t *event);

typedef uint32 partition_type_t;

typedef struct _partition_item {
    partition_type_t type;
    uint32 addr;
    uint32 size;
} partition_item_t;

/* Sets up a task with its event queue. */
bool system_os_task(os_task_t task, uint8 prio, os_event_t *queue, uint8 qlen);
/* Sends an event to a task. */
bool system_os_post(uint8 prio, os_signal_t sig, os_param_t par);
/* Restarts the chip. */
void system_restart(void);
/* Answers the free heap in bytes. */
uint32 system_get_free_heap_size(void);
/* Answers the chip id. */
uint32 system_get_chip_id(void);
/* Answers the SDK version as text. */
const char *system_get_sdk_version(void);
/* Answers the time since the start in microseconds; wraps after 71 minutes. */
uint32 system_get_time(void);
/* Answers the RTC time in its own ticks. */
uint32 system_get_rtc_time(void);
/* Answers how long an RTC tick lasts. */
uint32 system_rtc_clock_cali_proc(void);
/* Registers the function to call when the SDK has started. */
void system_init_done_cb(init_done_cb_t cb);
/* Answers why the chip started. */
struct rst_info *system_get_rst_info(void);
/* Reads RTC memory, in blocks of four bytes from block 64 on. */
bool system_rtc_mem_read(uint8 src_addr, void *des_addr, uint16 load_size);
/* Writes RTC memory. */
bool system_rtc_mem_write(uint8 des_addr, const void *src_addr, uint16 save_size);
/* Sets the CPU frequency, 80 or 160 MHz. */
bool system_update_cpu_freq(uint8 freq);
/* Answers the CPU frequency in MHz. */
uint8 system_get_cpu_freq(void);
/* Stops the soft watchdog. */
void system_soft_wdt_stop(void);
/* Starts the soft watchdog again. */
void system_soft_wdt_restart(void);
/* Feeds the soft watchdog. */
void system_soft_wdt_feed(void);
/* Switches os_printf on or off. */
void system_set_os_print(uint8 onoff);
/* Sets the clock divider of a UART. */
void uart_div_modify(uint8 uart_no, uint32 div);
/* Registers the partition table; in user_pre_init only. */
bool system_partition_table_regist(const partition_item_t *partition_table, uint32 partition_num, uint32 map);
/* Answers the Wi-Fi mode. */
uint8 wifi_get_opmode(void);
/* Answers the Wi-Fi mode kept in flash. */
uint8 wifi_get_opmode_default(void);
/* Sets the Wi-Fi mode and keeps it in flash. */
bool wifi_set_opmode(uint8 opmode);
/* Sets the Wi-Fi mode until the restart. */
bool wifi_set_opmode_current(uint8 opmode);
/* Registers the callback for Wi-Fi events. */
void wifi_set_event_handler_cb(wifi_event_handler_cb_t cb);
/* Sets the access point and keeps it in flash. */
bool wifi_station_set_config(struct station_config *config);
/* Sets the access point until the restart. */
bool wifi_station_set_config_current(struct station_config *config);
/* Reads the access point. */
bool wifi_station_get_config(struct station_config *config);
/* Connects to the access point. */
bool wifi_station_connect(void);
/* Disconnects from the access point. */
bool wifi_station_disconnect(void);
/* Answers how far the connection is; 5 is got IP. */
uint8 wifi_station_get_connect_status(void);
/* Sets whether the station connects by itself after the start. */
bool wifi_station_set_auto_connect(uint8 set);
/* Sets whether the station connects again by itself. */
bool wifi_station_set_reconnect_policy(bool set);
/* Reads the addresses of station (0) or soft-AP (1). */
bool wifi_get_ip_info(uint8 if_index, struct ip_info *info);
/* Reads the MAC address of station (0) or soft-AP (1). */
bool wifi_get_macaddr(uint8 if_index, uint8 *macaddr);
/* Sets how the chip saves power. */
bool wifi_set_sleep_type(uint32 type);

#endif
