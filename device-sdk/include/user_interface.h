/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_USER_INTERFACE_H
#define ESP8266_SSL_USER_INTERFACE_H

#include "os_type.h"
#include "ip_addr.h"
#include "queue.h"
#include "spi_flash.h"
#include "gpio.h"

#ifdef __has_include
#if __has_include("user_config.h")
#include "user_config.h"
#endif
#endif

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

#define MAC2STR(a) (a)[0], (a)[1], (a)[2], (a)[3], (a)[4], (a)[5]
#define MACSTR "%02x:%02x:%02x:%02x:%02x:%02x"
#define UPGRADE_FW_BIN1 0x00
#define UPGRADE_FW_BIN2 0x01
#define SYS_CPU_80MHZ 80
#define SYS_CPU_160MHZ 160
#define NULL_MODE 0x00
#define STATION_MODE 0x01
#define SOFTAP_MODE 0x02
#define STATIONAP_MODE 0x03
#define STATION_IF 0x00
#define SOFTAP_IF 0x01

enum {
    USER_TASK_PRIO_0 = 0,
    USER_TASK_PRIO_1 = 1,
    USER_TASK_PRIO_2 = 2,
    USER_TASK_PRIO_MAX = 3,
};

enum flash_size_map {
    FLASH_SIZE_4M_MAP_256_256 = 0,
    FLASH_SIZE_2M = 1,
    FLASH_SIZE_8M_MAP_512_512 = 2,
    FLASH_SIZE_16M_MAP_512_512 = 3,
    FLASH_SIZE_32M_MAP_512_512 = 4,
    FLASH_SIZE_16M_MAP_1024_1024 = 5,
    FLASH_SIZE_32M_MAP_1024_1024 = 6,
    FLASH_SIZE_32M_MAP_2048_2048 = 7,
    FLASH_SIZE_64M_MAP_1024_1024 = 8,
    FLASH_SIZE_128M_MAP_1024_1024 = 9,
};

enum dhcp_status {
    DHCP_STOPPED = 0,
    DHCP_STARTED = 1,
};

enum phy_mode {
    PHY_MODE_11B = 1,
    PHY_MODE_11G = 2,
    PHY_MODE_11N = 3,
};

enum sleep_type {
    NONE_SLEEP_T = 0,
    LIGHT_SLEEP_T = 1,
    MODEM_SLEEP_T = 2,
};

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
    uint8 channel;
    uint8 bssid_set;
    uint8 bssid[6];
    wifi_fast_scan_threshold_t threshold;
    bool open_and_wep_mode_disable;
    bool all_channel_scan;
};

struct softap_config {
    uint8 ssid[32];
    uint8 password[64];
    uint8 ssid_len;
    uint8 channel;
    AUTH_MODE authmode;
    uint8 ssid_hidden;
    uint8 max_connection;
    uint16 beacon_interval;
};

typedef enum _cipher_type {
    CIPHER_NONE = 0,
    CIPHER_WEP40 = 1,
    CIPHER_WEP104 = 2,
    CIPHER_TKIP = 3,
    CIPHER_CCMP = 4,
    CIPHER_TKIP_CCMP = 5,
    CIPHER_UNKNOWN = 6,
} CIPHER_TYPE;

struct bss_info {
    STAILQ_ENTRY(bss_info) next;
    uint8 bssid[6];
    uint8 ssid[32];
    uint8 ssid_len;
    uint8 channel;
    sint8 rssi;
    AUTH_MODE authmode;
    uint8 is_hidden;
    sint16 freq_offset;
    sint16 freqcal_val;
    uint8 *esp_mesh_ie;
    uint8 simple_pair;
    CIPHER_TYPE pairwise_cipher;
    CIPHER_TYPE group_cipher;
    uint32 phy_11b : 1, phy_11g : 1, phy_11n : 1, wps : 1, reserved : 28;
};

typedef void (*scan_done_cb_t)(void *arg, STATUS status);

typedef enum _wifi_scan_type {
    WIFI_SCAN_TYPE_ACTIVE = 0,
    WIFI_SCAN_TYPE_PASSIVE = 1,
} wifi_scan_type_t;

typedef union {
    struct { uint32 min; uint32 max; } active;
    uint32 passive;
} wifi_scan_time_t;

struct scan_config {
    uint8 *ssid;
    uint8 *bssid;
    uint8 channel;
    uint8 show_hidden;
    wifi_scan_type_t scan_type;
    wifi_scan_time_t scan_time;
};

enum {
    STATION_IDLE = 0,
    STATION_CONNECTING = 1,
    STATION_WRONG_PASSWORD = 2,
    STATION_NO_AP_FOUND = 3,
    STATION_CONNECT_FAIL = 4,
    STATION_GOT_IP = 5,
};

enum {
    EVENT_STAMODE_CONNECTED = 0,
    EVENT_STAMODE_DISCONNECTED = 1,
    EVENT_STAMODE_AUTHMODE_CHANGE = 2,
    EVENT_STAMODE_GOT_IP = 3,
    EVENT_STAMODE_DHCP_TIMEOUT = 4,
    EVENT_SOFTAPMODE_STACONNECTED = 5,
    EVENT_SOFTAPMODE_STADISCONNECTED = 6,
    EVENT_SOFTAPMODE_PROBEREQRECVED = 7,
    EVENT_OPMODE_CHANGED = 8,
    EVENT_SOFTAPMODE_DISTRIBUTE_STA_IP = 9,
    EVENT_MAX = 10,
};

enum {
    REASON_UNSPECIFIED = 1,
    REASON_AUTH_EXPIRE = 2,
    REASON_AUTH_LEAVE = 3,
    REASON_ASSOC_EXPIRE = 4,
    REASON_ASSOC_TOOMANY = 5,
    REASON_NOT_AUTHED = 6,
    REASON_NOT_ASSOCED = 7,
    REASON_ASSOC_LEAVE = 8,
    REASON_4WAY_HANDSHAKE_TIMEOUT = 15,
    REASON_BEACON_TIMEOUT = 200,
    REASON_NO_AP_FOUND = 201,
    REASON_AUTH_FAIL = 202,
    REASON_ASSOC_FAIL = 203,
    REASON_HANDSHAKE_TIMEOUT = 204,
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

typedef struct _event_sta_mode_auth_mode_change {
    uint8 old_mode;
    uint8 new_mode;
} Event_StaMode_AuthMode_Change_t;

typedef struct _event_soft_ap_mode_sta_connected {
    uint8 mac[6];
    uint8 aid;
} Event_SoftAPMode_StaConnected_t;

typedef struct _event_soft_ap_mode_distribute_sta_ip {
    uint8 mac[6];
    struct ip_addr ip;
    uint8 aid;
} Event_SoftAPMode_Distribute_Sta_IP_t;

typedef struct _event_soft_ap_mode_sta_disconnected {
    uint8 mac[6];
    uint8 aid;
} Event_SoftAPMode_StaDisconnected_t;

typedef struct _event_soft_ap_mode_probe_req_recved {
    int rssi;
    uint8 mac[6];
} Event_SoftAPMode_ProbeReqRecved_t;

typedef struct _event_op_mode_change {
    uint8 old_opmode;
    uint8 new_opmode;
} Event_OpMode_Change_t;

typedef union {
    Event_StaMode_Connected_t connected;
    Event_StaMode_Disconnected_t disconnected;
    Event_StaMode_AuthMode_Change_t auth_change;
    Event_StaMode_Got_IP_t got_ip;
    Event_SoftAPMode_StaConnected_t sta_connected;
    Event_SoftAPMode_Distribute_Sta_IP_t distribute_sta_ip;
    Event_SoftAPMode_StaDisconnected_t sta_disconnected;
    Event_SoftAPMode_ProbeReqRecved_t ap_probereqrecved;
    Event_OpMode_Change_t opmode_changed;
} Event_Info_u;

typedef struct _esp_event {
    uint32 event;
    Event_Info_u event_info;
} System_Event_t;

typedef void (*wifi_event_handler_cb_t)(System_Event_t *event);

typedef enum _partition_type {
    SYSTEM_PARTITION_INVALID = 0,
    SYSTEM_PARTITION_BOOTLOADER = 1,
    SYSTEM_PARTITION_OTA_1 = 2,
    SYSTEM_PARTITION_OTA_2 = 3,
    SYSTEM_PARTITION_RF_CAL = 4,
    SYSTEM_PARTITION_PHY_DATA = 5,
    SYSTEM_PARTITION_SYSTEM_PARAMETER = 6,
    SYSTEM_PARTITION_AT_PARAMETER = 7,
    SYSTEM_PARTITION_SSL_CLIENT_CERT_PRIVKEY = 8,
    SYSTEM_PARTITION_SSL_CLIENT_CA = 9,
    SYSTEM_PARTITION_SSL_SERVER_CERT_PRIVKEY = 10,
    SYSTEM_PARTITION_SSL_SERVER_CA = 11,
    SYSTEM_PARTITION_WPA2_ENTERPRISE_CERT_PRIVKEY = 12,
    SYSTEM_PARTITION_WPA2_ENTERPRISE_CA = 13,
    SYSTEM_PARTITION_CUSTOMER_BEGIN = 100,
    SYSTEM_PARTITION_MAX = 101,
} partition_type_t;

typedef struct _partition_item {
    partition_type_t type;
    uint32 addr;
    uint32 size;
} partition_item_t;

#ifdef __cplusplus
extern "C" {
#endif

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
/* Looks up a partition of the registered table. */
bool system_partition_get_item(partition_type_t type, partition_item_t *partition_item);
/* Answers the size of an OTA partition in bytes. */
uint32 system_partition_get_ota_partition_size(void);
/* Resets the settings kept in flash. */
void system_restore(void);
/* Switches the chip off until a reset by the RTC; until SDK 2.0 it takes uint32 and returns nothing. */
bool system_deep_sleep(uint64 time_in_us);
/* Sets what the radio does after the next deep sleep. */
bool system_deep_sleep_set_option(uint8 option);
/* Reads the ADC, 0 to 1024 for 0 to 1 V. */
uint16 system_adc_read(void);
/* Reads the supply voltage in 1/1024 V. */
uint16 system_get_vdd33(void);
/* Saves parameters to flash so that a power failure keeps the old ones; takes three sectors. */
bool system_param_save_with_protect(uint16 start_sec, void *param, uint16 len);
/* Loads parameters saved by system_param_save_with_protect. */
bool system_param_load(uint16 start_sec, uint16 offset, void *param, uint16 len);
/* Answers the flash size and map that the firmware was made for. */
enum flash_size_map system_get_flash_size_map(void);
/* Prints where data, bss and heap lie. */
void system_print_meminfo(void);
/* Answers the version of the boot loader. */
uint8 system_get_boot_version(void);
/* Answers the flash address of the running firmware. */
uint32 system_get_userbin_addr(void);
/* Makes timers count microseconds; before any timer, with USE_US_TIMER. */
void system_timer_reinit(void);
/* Moves UART0 to GPIO13 and GPIO15. */
void system_uart_swap(void);
/* Moves UART0 back to its own pins. */
void system_uart_de_swap(void);
/* Sets the greatest transmit power in 1/4 dBm. */
void system_phy_set_max_tpw(uint8 max_tpw);
/* Sets how the radio is calibrated after deep sleep. */
void system_phy_set_rfoption(uint8 option);
/* Sets how the radio is calibrated at power-on. */
void system_phy_set_powerup_option(uint8 option);
/* Answers which of user1 and user2 runs. */
uint8 system_upgrade_userbin_check(void);
/* Answers how far an upgrade is. */
uint8 system_upgrade_flag_check(void);
/* Sets how far an upgrade is. */
void system_upgrade_flag_set(uint8 flag);
/* Starts the upgraded firmware. */
void system_upgrade_reboot(void);
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
bool wifi_set_sleep_type(enum sleep_type type);
/* Answers how the chip saves power. */
enum sleep_type wifi_get_sleep_type(void);
/* Reads the access point kept in flash. */
bool wifi_station_get_config_default(struct station_config *config);
/* Looks for access points; the callback gets a list of struct bss_info. */
bool wifi_station_scan(struct scan_config *config, scan_done_cb_t cb);
/* Answers the signal strength in dBm; 31 is an error. */
sint8 wifi_station_get_rssi(void);
/* Answers whether the station connects by itself after the start. */
uint8 wifi_station_get_auto_connect(void);
/* Sets how many access points are remembered. */
bool wifi_station_ap_number_set(uint8 ap_number);
/* Reads the remembered access points and returns their number. */
uint8 wifi_station_get_ap_info(struct station_config *config);
/* Changes to another access point remembered. */
bool wifi_station_ap_change(uint8 current_ap_id);
/* Answers which of the access points remembered is in use. */
uint8 wifi_station_get_current_ap_id(void);
/* Starts the DHCP client. */
bool wifi_station_dhcpc_start(void);
/* Stops the DHCP client, for a fixed address. */
bool wifi_station_dhcpc_stop(void);
/* Answers whether the DHCP client runs. */
enum dhcp_status wifi_station_dhcpc_status(void);
/* Answers the host name told to DHCP. */
char *wifi_station_get_hostname(void);
/* Sets the host name told to DHCP, at most 32 characters. */
bool wifi_station_set_hostname(char *name);
/* Reads the settings of the soft-AP. */
bool wifi_softap_get_config(struct softap_config *config);
/* Reads the settings of the soft-AP kept in flash. */
bool wifi_softap_get_config_default(struct softap_config *config);
/* Sets up the soft-AP and keeps it in flash. */
bool wifi_softap_set_config(struct softap_config *config);
/* Sets up the soft-AP until the restart. */
bool wifi_softap_set_config_current(struct softap_config *config);
/* Answers how many stations are connected to the soft-AP. */
uint8 wifi_softap_get_station_num(void);
/* Starts the DHCP server. */
bool wifi_softap_dhcps_start(void);
/* Stops the DHCP server. */
bool wifi_softap_dhcps_stop(void);
/* Answers whether the DHCP server runs. */
enum dhcp_status wifi_softap_dhcps_status(void);
/* Sets the addresses of station (0) or soft-AP (1). */
bool wifi_set_ip_info(uint8 if_index, struct ip_info *info);
/* Sets the MAC address of station (0) or soft-AP (1). */
bool wifi_set_macaddr(uint8 if_index, uint8 *macaddr);
/* Answers the Wi-Fi channel. */
uint8 wifi_get_channel(void);
/* Sets the Wi-Fi channel. */
bool wifi_set_channel(uint8 channel);
/* Answers the 802.11 mode: b, g or n. */
enum phy_mode wifi_get_phy_mode(void);
/* Sets the 802.11 mode. */
bool wifi_set_phy_mode(enum phy_mode mode);
/* Lets a pin blink with the Wi-Fi status. */
void wifi_status_led_install(uint8 gpio_id, uint32 gpio_name, uint8 gpio_func);
/* Ends the Wi-Fi status light. */
void wifi_status_led_uninstall(void);

#ifdef __cplusplus
}
#endif

#endif
