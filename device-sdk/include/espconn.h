/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_ESPCONN_H
#define ESP8266_SSL_ESPCONN_H

#include "ip_addr.h"

#define ESPCONN_OK 0
#define ESPCONN_MEM -1
#define ESPCONN_TIMEOUT -3
#define ESPCONN_RTE -4
#define ESPCONN_INPROGRESS -5
#define ESPCONN_MAXNUM -7
#define ESPCONN_ABRT -8
#define ESPCONN_RST -9
#define ESPCONN_CLSD -10
#define ESPCONN_CONN -11
#define ESPCONN_ARG -12
#define ESPCONN_IF -14
#define ESPCONN_ISCONN -15
#define ESPCONN_HANDSHAKE -28
#define ESPCONN_SSL_INVALID_DATA -61

typedef sint8 err_t;
typedef void *espconn_handle;
typedef void (*espconn_connect_callback)(void *arg);
typedef void (*espconn_reconnect_callback)(void *arg, sint8 err);
typedef void (*espconn_recv_callback)(void *arg, char *pdata, unsigned short len);
typedef void (*espconn_sent_callback)(void *arg);
typedef void (*dns_found_callback)(const char *name, ip_addr_t *ipaddr, void *callback_arg);

typedef struct _esp_tcp {
    int remote_port;
    int local_port;
    uint8 local_ip[4];
    uint8 remote_ip[4];
    espconn_connect_callback connect_callback;
    espconn_reconnect_callback reconnect_callback;
    espconn_connect_callback disconnect_callback;
    espconn_connect_callback write_finish_fn;
} esp_tcp;

typedef struct _esp_udp {
    int remote_port;
    int local_port;
    uint8 local_ip[4];
    uint8 remote_ip[4];
} esp_udp;

enum espconn_type {
    ESPCONN_INVALID = 0,
    ESPCONN_TCP = 16,
    ESPCONN_UDP = 32,
};

enum espconn_state {
    ESPCONN_NONE = 0,
    ESPCONN_WAIT = 1,
    ESPCONN_LISTEN = 2,
    ESPCONN_CONNECT = 3,
    ESPCONN_WRITE = 4,
    ESPCONN_READ = 5,
    ESPCONN_CLOSE = 6,
};

enum espconn_option {
    ESPCONN_START = 0,
    ESPCONN_REUSEADDR = 1,
    ESPCONN_NODELAY = 2,
    ESPCONN_COPY = 4,
    ESPCONN_KEEPALIVE = 8,
    ESPCONN_MANUALRECV = 16,
    ESPCONN_END = 17,
};

enum espconn_level {
    ESPCONN_KEEPIDLE = 0,
    ESPCONN_KEEPINTVL = 1,
    ESPCONN_KEEPCNT = 2,
};

enum {
    ESPCONN_IDLE = 0,
    ESPCONN_CLIENT = 1,
    ESPCONN_SERVER = 2,
    ESPCONN_BOTH = 3,
    ESPCONN_MAX = 4,
};

struct espconn {
    enum espconn_type type;
    enum espconn_state state;
    union { esp_tcp *tcp; esp_udp *udp; } proto;
    espconn_recv_callback recv_callback;
    espconn_sent_callback sent_callback;
    uint8 link_cnt;
    void *reverse;
};

typedef struct _remot_info {
    enum espconn_state state;
    int remote_port;
    uint8 remote_ip[4];
} remot_info;

struct espconn_packet {
    uint16 sent_length;
    uint16 snd_buf_size;
    uint16 snd_queuelen;
    uint16 total_queuelen;
    uint32 packseqno;
    uint32 packseq_nxt;
    uint32 packnum;
};

struct mdns_info {
    char *host_name;
    char *server_name;
    uint16 server_port;
    unsigned long ipAddr;
    char *txt_data[10];
};

#ifdef __cplusplus
extern "C" {
#endif

/* Opens a TLS connection to the server in proto.tcp; one client connection at a time. */
sint8 espconn_secure_connect(struct espconn *espconn);
/* Starts the TLS server at proto.tcp->local_port; there can be one, with one client. */
sint8 espconn_secure_accept(struct espconn *espconn);
/* Closes a TLS connection; the disconnect callback follows. */
sint8 espconn_secure_disconnect(struct espconn *espconn);
/* Encrypts and sends data; the next send must wait for the sent callback. */
sint8 espconn_secure_sent(struct espconn *espconn, uint8 *psent, uint16 length);
/* The same function as espconn_secure_sent, under its newer name. */
sint8 espconn_secure_send(struct espconn *espconn, uint8 *psent, uint16 length);
/* Sets the size of the TLS buffer; a record that is larger ends the connection. */
bool espconn_secure_set_size(uint8 level, uint16 size);
/* Answers the size of the TLS buffer. */
sint16 espconn_secure_get_size(uint8 level);
/* Lets the peer be verified against the CA certificates at a flash sector. */
bool espconn_secure_ca_enable(uint8 level, uint32 flash_sector);
/* Ends the verification of the peer. */
bool espconn_secure_ca_disable(uint8 level);
/* Makes the certificate and private key at a flash sector the own ones, for two-way authentication. */
bool espconn_secure_cert_req_enable(uint8 level, uint32 flash_sector);
/* Ends the use of an own certificate. */
bool espconn_secure_cert_req_disable(uint8 level);
/* Sets the certificate of the TLS server, as DER. */
bool espconn_secure_set_default_certificate(const uint8 *certificate, uint16 length);
/* Sets the private key of the TLS server, as PKCS#1 DER. */
bool espconn_secure_set_default_private_key(const uint8 *private_key, uint16 length);
/* Ends the TLS server, when no client is connected. */
sint8 espconn_secure_delete(struct espconn *espconn);
/* Opens a plain TCP connection. */
sint8 espconn_connect(struct espconn *espconn);
/* Closes a plain TCP connection. */
sint8 espconn_disconnect(struct espconn *espconn);
/* Resets a plain TCP connection. */
sint8 espconn_abort(struct espconn *espconn);
/* Starts a plain TCP server. */
sint8 espconn_accept(struct espconn *espconn);
/* Sends data over plain TCP or UDP. */
sint8 espconn_sent(struct espconn *espconn, uint8 *psent, uint16 length);
/* The same as espconn_sent, under its newer name. */
sint8 espconn_send(struct espconn *espconn, uint8 *psent, uint16 length);
/* Registers the callback for data copied into the send buffer; never called for TLS. */
sint8 espconn_regist_write_finish(struct espconn *espconn, espconn_connect_callback write_finish_fn);
/* Answers how many TCP connections there may be. */
uint8 espconn_tcp_get_max_con(void);
/* Sets how many TCP connections there may be. */
sint8 espconn_tcp_set_max_con(uint8 num);
/* Answers how many clients a TCP server takes. */
sint8 espconn_tcp_get_max_con_allow(struct espconn *espconn);
/* Sets how many clients a TCP server takes. */
sint8 espconn_tcp_set_max_con_allow(struct espconn *espconn, uint8 num);
/* Sets after how many idle seconds a TCP server closes a connection. */
sint8 espconn_regist_time(struct espconn *espconn, uint32 interval, uint8 type_flag);
/* Sets options of a TCP connection. */
sint8 espconn_set_opt(struct espconn *espconn, uint8 opt);
/* Clears options of a TCP connection. */
sint8 espconn_clear_opt(struct espconn *espconn, uint8 opt);
/* Sets a keep-alive value of a TCP connection. */
sint8 espconn_set_keepalive(struct espconn *espconn, uint8 level, void *optarg);
/* Reads a keep-alive value of a TCP connection. */
sint8 espconn_get_keepalive(struct espconn *espconn, uint8 level, void *optarg);
/* Reads the state of the send queue. */
sint8 espconn_get_packet_info(struct espconn *espconn, struct espconn_packet *infoarg);
/* Holds back received data; resets the chip on a TLS connection. */
sint8 espconn_recv_hold(struct espconn *espconn);
/* Lets received data come again. */
sint8 espconn_recv_unhold(struct espconn *espconn);
/* Answers how many received bytes wait while reception is held. */
sint16 espconn_recved_len(struct espconn *espconn);
/* Ends a plain TCP server or a UDP transmission. */
sint8 espconn_delete(struct espconn *espconn);
/* Opens a UDP transmission. */
sint8 espconn_create(struct espconn *espconn);
/* Sends a UDP datagram. */
sint16 espconn_sendto(struct espconn *espconn, uint8 *psent, uint16 length);
/* Joins a multicast group. */
sint8 espconn_igmp_join(ip_addr_t *host_ip, ip_addr_t *multicast_ip);
/* Leaves a multicast group. */
sint8 espconn_igmp_leave(ip_addr_t *host_ip, ip_addr_t *multicast_ip);
/* Registers the callback for a connection that has been made; proto.tcp must be set. */
sint8 espconn_regist_connectcb(struct espconn *espconn, espconn_connect_callback connect_cb);
/* Registers the callback for received data. */
sint8 espconn_regist_recvcb(struct espconn *espconn, espconn_recv_callback recv_cb);
/* Registers the callback for data that has been sent. */
sint8 espconn_regist_sentcb(struct espconn *espconn, espconn_sent_callback sent_cb);
/* Registers the callback for a connection that failed; it is told the error. */
sint8 espconn_regist_reconcb(struct espconn *espconn, espconn_reconnect_callback recon_cb);
/* Registers the callback for a connection that was closed. */
sint8 espconn_regist_disconcb(struct espconn *espconn, espconn_connect_callback discon_cb);
/* Answers a free local port. */
uint32 espconn_port(void);
/* Looks up a host name; the callback is called only when the result is not cached. */
sint8 espconn_gethostbyname(struct espconn *pespconn, const char *hostname, ip_addr_t *addr, dns_found_callback found);
/* Sets a DNS server. */
void espconn_dns_setserver(uint8 numdns, ip_addr_t *dnsserver);
/* Lists the peers of a connection; typeflags is 1 for TLS. */
sint8 espconn_get_connection_info(struct espconn *pespconn, remot_info **pcon_info, uint8 typeflags);
/* Answers a DNS server. */
ip_addr_t espconn_dns_getserver(uint8 numdns);
/* Starts mDNS. */
void espconn_mdns_init(struct mdns_info *info);
/* Ends mDNS. */
void espconn_mdns_close(void);
/* Announces the mDNS service. */
void espconn_mdns_server_register(void);
/* Withdraws the mDNS service. */
void espconn_mdns_server_unregister(void);
/* Answers the mDNS service name. */
char *espconn_mdns_get_servername(void);
/* Sets the mDNS service name. */
void espconn_mdns_set_servername(const char *name);
/* Answers the mDNS host name. */
char *espconn_mdns_get_hostname(void);
/* Sets the mDNS host name. */
void espconn_mdns_set_hostname(char *name);
/* Switches mDNS on. */
void espconn_mdns_enable(void);
/* Switches mDNS off. */
void espconn_mdns_disable(void);

#ifdef __cplusplus
}
#endif

#endif
