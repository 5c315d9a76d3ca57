#include "ets_sys.h"
#include "osapi.h"
#include "user_interface.h"
#include "sntp.h"
#include "driver/uart.h"
#include "node_config.h"
#include "mqtt.h"
#include "wifi.h"
#include "config.h"

#if ((SPI_FLASH_SIZE_MAP == 0) || (SPI_FLASH_SIZE_MAP == 1))
#error "The flash map is not supported"
#elif (SPI_FLASH_SIZE_MAP == 2)
#define OTA_SIZE            0x6A000
#define OTA_2_ADDR          0x81000
#define RF_CAL_ADDR         0xfb000
#define PHY_DATA_ADDR       0xfc000
#define PARAMETER_ADDR      0xfd000
#elif (SPI_FLASH_SIZE_MAP == 5)
#define OTA_SIZE            0xE0000
#define OTA_2_ADDR          0x101000
#define RF_CAL_ADDR         0x1fb000
#define PHY_DATA_ADDR       0x1fc000
#define PARAMETER_ADDR      0x1fd000
#elif (SPI_FLASH_SIZE_MAP == 6)
#define OTA_SIZE            0xE0000
#define OTA_2_ADDR          0x101000
#define RF_CAL_ADDR         0x3fb000
#define PHY_DATA_ADDR       0x3fc000
#define PARAMETER_ADDR      0x3fd000
#else
#error "The flash map is not supported"
#endif

#define PARTITION_CA        (SYSTEM_PARTITION_CUSTOMER_BEGIN)
#define PARTITION_CONFIG    (SYSTEM_PARTITION_CUSTOMER_BEGIN + 1)

static const partition_item_t partition_table[] = {
    { SYSTEM_PARTITION_BOOTLOADER, 0x0, 0x1000 },
    { SYSTEM_PARTITION_OTA_1, 0x1000, OTA_SIZE },
    { PARTITION_CA, CA_CERT_FLASH_ADDRESS * SPI_FLASH_SEC_SIZE, 0x2000 },
    { PARTITION_CONFIG, CFG_LOCATION * SPI_FLASH_SEC_SIZE, 0x4000 },
    { SYSTEM_PARTITION_OTA_2, OTA_2_ADDR, OTA_SIZE },
    { SYSTEM_PARTITION_RF_CAL, RF_CAL_ADDR, 0x1000 },
    { SYSTEM_PARTITION_PHY_DATA, PHY_DATA_ADDR, 0x1000 },
    { SYSTEM_PARTITION_SYSTEM_PARAMETER, PARAMETER_ADDR, 0x3000 },
};

static MQTT_Client mqttClient;
static ETSTimer sntp_timer;

void ICACHE_FLASH_ATTR user_pre_init(void)
{
  if (!system_partition_table_regist(partition_table, sizeof(partition_table) / sizeof(partition_table[0]), SPI_FLASH_SIZE_MAP)) {
    os_printf("system_partition_table_regist fail\r\n");
    while (1);
  }
}

static void ICACHE_FLASH_ATTR sntpfn(void *arg)
{
  uint32 ts = sntp_get_current_timestamp();

  if (ts == 0) {
    INFO("did not get a valid time from the server\r\n");
  } else {
    os_timer_disarm(&sntp_timer);
    MQTT_Connect(&mqttClient);
  }
}

static void ICACHE_FLASH_ATTR wifiConnectCb(uint8_t status)
{
  if (status == STATION_GOT_IP) {
    sntp_setservername(0, "pool.ntp.org");
    sntp_init();
    os_timer_disarm(&sntp_timer);
    os_timer_setfn(&sntp_timer, (os_timer_func_t *)sntpfn, NULL);
    os_timer_arm(&sntp_timer, 1000, 1);
  } else {
    MQTT_Disconnect(&mqttClient);
  }
}

static void ICACHE_FLASH_ATTR mqttConnectedCb(uint32_t *args)
{
  MQTT_Client *client = (MQTT_Client *)args;

  MQTT_Subscribe(client, "/node/set", 0);
  MQTT_Publish(client, "/node/hello", "hello", 5);
}

static void ICACHE_FLASH_ATTR mqttDisconnectedCb(uint32_t *args)
{
  INFO("MQTT: gone\r\n");
}

static void ICACHE_FLASH_ATTR mqttDataCb(uint32_t *args, const char *topic, uint32_t topic_len, const char *data, uint32_t data_len)
{
  MQTT_Client *client = (MQTT_Client *)args;

  if (data_len == 4 && os_strncmp(data, "stop", 4) == 0)
    MQTT_Disconnect(client);
}

static void ICACHE_FLASH_ATTR app_init(void)
{
  uart_init(BIT_RATE_115200, BIT_RATE_115200);
  CFG_Load();
  MQTT_InitConnection(&mqttClient, sysCfg.mqtt_host, sysCfg.mqtt_port, sysCfg.security);
  MQTT_InitClient(&mqttClient);
  MQTT_OnConnected(&mqttClient, mqttConnectedCb);
  MQTT_OnDisconnected(&mqttClient, mqttDisconnectedCb);
  MQTT_OnData(&mqttClient, mqttDataCb);
  WIFI_Connect(sysCfg.sta_ssid, sysCfg.sta_pwd, wifiConnectCb);
}

void ICACHE_FLASH_ATTR user_init(void)
{
  os_delay_us(60000);
  system_init_done_cb(app_init);
}
