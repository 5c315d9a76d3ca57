#include "ets_sys.h"
#include "osapi.h"
#include "os_type.h"
#include "user_interface.h"
#include "node_config.h"
#include "wifi.h"

static ETSTimer WiFiLinker;
static WifiCallback wifiCb = NULL;
static uint8_t wifiStatus = STATION_IDLE, lastWifiStatus = STATION_IDLE;

static void ICACHE_FLASH_ATTR wifi_check_ip(void *arg)
{
  struct ip_info ipConfig;

  os_timer_disarm(&WiFiLinker);
  wifi_get_ip_info(STATION_IF, &ipConfig);
  wifiStatus = wifi_station_get_connect_status();
  if (wifiStatus == STATION_GOT_IP && ipConfig.ip.addr != 0) {
    os_timer_setfn(&WiFiLinker, (os_timer_func_t *)wifi_check_ip, NULL);
    os_timer_arm(&WiFiLinker, 2000, 0);
  } else {
    if (wifiStatus == STATION_WRONG_PASSWORD || wifiStatus == STATION_NO_AP_FOUND || wifiStatus == STATION_CONNECT_FAIL) {
      INFO("STATION status %d\r\n", wifiStatus);
      wifi_station_connect();
    }
    os_timer_setfn(&WiFiLinker, (os_timer_func_t *)wifi_check_ip, NULL);
    os_timer_arm(&WiFiLinker, 500, 0);
  }
  if (wifiStatus != lastWifiStatus) {
    lastWifiStatus = wifiStatus;
    if (wifiCb)
      wifiCb(wifiStatus);
  }
}

void ICACHE_FLASH_ATTR WIFI_Connect(uint8_t *ssid, uint8_t *pass, WifiCallback cb)
{
  struct station_config stationConf;

  wifi_set_opmode_current(STATION_MODE);
  wifiCb = cb;
  os_memset(&stationConf, 0, sizeof(struct station_config));
  os_sprintf((char *)stationConf.ssid, "%s", ssid);
  os_sprintf((char *)stationConf.password, "%s", pass);
  wifi_station_set_config_current(&stationConf);
  os_timer_disarm(&WiFiLinker);
  os_timer_setfn(&WiFiLinker, (os_timer_func_t *)wifi_check_ip, NULL);
  os_timer_arm(&WiFiLinker, 1000, 0);
  wifi_station_connect();
}
