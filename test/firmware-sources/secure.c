/* A TLS client or server as chapters 3 and 4 of the manual have it; built with device-sdk or with an SDK of Espressif. It prints each
   callback and result on a line that starts with "> ". The first byte of what it receives is a command. */
#include "ets_sys.h"
#include "osapi.h"
#include "mem.h"
#include "user_interface.h"
#include "espconn.h"
#include "sntp.h"
#ifdef SERVER
#include "cert.h"
#include "private_key.h"
#endif
#ifndef LEVEL
#ifdef SERVER
#define LEVEL ESPCONN_SERVER
#else
#define LEVEL ESPCONN_CLIENT
#endif
#endif

#define say(format, ...) os_printf("> " format "\n", ##__VA_ARGS__)

static struct espconn conn, other;
static esp_tcp tcp, other_tcp;
static os_timer_t timer;
static ip_addr_t address;
static uint8 data[8192];

static void close_it(void *arg) {
  struct espconn *link = arg;
  say("disconnect %d", espconn_secure_disconnect(link));
  say("disconnect %d", espconn_secure_disconnect(link));
}

static void after(uint32 ms, os_timer_func_t *action, void *arg) {
  os_timer_disarm(&timer);
  os_timer_setfn(&timer, action, arg);
  os_timer_arm(&timer, ms, 0);
}

/** The state that the SDK has set, where it is another than the documented one. */
static void say_state(struct espconn *link, enum espconn_state expected) {
  if (link->state != expected) say("state %d", link->state);
}

static void received(void *arg, char *text, unsigned short length) {
  struct espconn *link = arg;
  say("received %d %c", length, text[0]);
  say_state(link, ESPCONN_READ);
  switch (text[0]) {
    case 'C':
      after(50, close_it, link);
      break;
    case 'T':
      say("send %d", espconn_secure_sent(link, (uint8 *)"one\n", 4));
      say("send %d", espconn_secure_sent(link, (uint8 *)"two\n", 4));
      break;
    case 'L':
      say("send %d", espconn_secure_sent(link, data, 5000));
      break;
    case 'E':
      say("send %d", espconn_secure_sent(link, (uint8 *)text, length));
      break;
  }
}

static void was_sent(void *arg) {
  say("sent");
  say_state(arg, ESPCONN_CONNECT);
}

static void disconnected(void *arg) {
  say("disconnected%s", arg == &conn ? "" : " of another struct");
  say_state(arg, ESPCONN_CLOSE);
}

static void failed(void *arg, sint8 error) {
  say("failed %d%s", error, arg == &conn ? "" : " of another struct");
  say_state(arg, ESPCONN_CLOSE);
}

static void connected(void *arg) {
  struct espconn *link = arg;
  say("connected");
  say_state(link, ESPCONN_CONNECT);
  espconn_regist_recvcb(link, received);
  espconn_regist_sentcb(link, was_sent);
  espconn_regist_disconcb(link, disconnected);
  espconn_regist_reconcb(link, failed);
#ifdef TWICE
  if (other.proto.tcp != NULL) return;
  other = conn;
  other_tcp = tcp;
  other.proto.tcp = &other_tcp;
  other_tcp.local_port = espconn_port();
  say("connect %d", espconn_secure_connect(&other));
#endif
#ifdef GREETING
  say("send %d", espconn_secure_sent(link, (uint8 *)GREETING, sizeof GREETING - 1));
#endif
}

static void prepare(void) {
  conn.type = ESPCONN_TCP;
  conn.state = ESPCONN_NONE;
  conn.proto.tcp = &tcp;
  espconn_regist_connectcb(&conn, connected);
  espconn_regist_disconcb(&conn, disconnected);
  espconn_regist_reconcb(&conn, failed);
#ifdef SIZE
  say("set_size %d", espconn_secure_set_size(LEVEL, SIZE));
#endif
#ifdef CA
  say("ca_enable %d", espconn_secure_ca_enable(LEVEL, CA));
#endif
#ifdef CA_OFF
  say("ca_disable %d", espconn_secure_ca_disable(LEVEL));
#endif
#ifdef CERT
  say("cert_req_enable %d", espconn_secure_cert_req_enable(LEVEL, CERT));
#endif
}

#ifdef SERVER
static void start(void *arg) {
  tcp.local_port = 443;
  prepare();
  espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
  espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
  say("accept %d", espconn_secure_accept(&conn));
}
#else
static void connect(void *arg) {
  prepare();
  tcp.remote_port = 443;
  os_memcpy(tcp.remote_ip, &address.addr, 4);
  tcp.local_port = espconn_port();
  say("connect %d", espconn_secure_connect(&conn));
}

static void found(const char *name, ip_addr_t *ip, void *arg) {
  if (ip == NULL) {
    say("not found");
    return;
  }
  address = *ip;
  connect(NULL);
}

static void start(void *arg) {
  if (sntp_get_current_timestamp() == 0) {
    after(200, start, NULL);
    return;
  }
  if (espconn_gethostbyname(&conn, "server.example", &address, found) == ESPCONN_OK) connect(NULL);
}
#endif

static void event(System_Event_t *event) {
  if (event->event != EVENT_STAMODE_GOT_IP) return;
  sntp_setservername(0, "pool.ntp.org");
  sntp_init();
  after(300, start, NULL);
}

void user_init(void) {
  struct station_config station;
  os_memset(data, 'x', sizeof data);
  wifi_set_opmode(STATION_MODE);
  os_memset(&station, 0, sizeof station);
  os_strcpy(station.ssid, "home");
  os_strcpy(station.password, "password");
  wifi_station_set_config(&station);
  wifi_set_event_handler_cb(event);
}
