#ifndef USER_CONFIG_H
#define USER_CONFIG_H

/* The Wi-Fi network to join; empty: the one that the device has stored. */
#define WIFI_SSID ""
#define WIFI_PASSWORD ""

/* The flash sector of esp_cert_private_key.bin: the certificate and private key of this device. */
#define CREDENTIALS_SECTOR 0x78

/* HTTPS. */
#define SERVER_PORT 443

/* The TLS buffer: a record that a browser sends must fit into it. 2048 to 8192 bytes. */
#define TLS_BUFFER_SIZE 4096

/* A client that sends nothing for so long is disconnected: nobody else can connect meanwhile. */
#define IDLE_MS 30000

#define HEARTBEAT_MS 10000

#endif
