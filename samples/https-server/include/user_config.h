#ifndef USER_CONFIG_H
#define USER_CONFIG_H

/* The flash sector with the certificate and private key of this device: esp_cert_private_key.bin is burnt there. */
#define CERTIFICATE_SECTOR 0x78

/* HTTPS. */
#define SERVER_PORT 443

/* The TLS buffer: a record that a browser sends must fit into it. 2048 to 8192 bytes. */
#define TLS_BUFFER_SIZE 4096

#define HEARTBEAT_MS 10000

#endif
