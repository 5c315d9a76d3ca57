#ifndef USER_CONFIG_H
#define USER_CONFIG_H

/* The Wi-Fi network to join; empty: the one that the device has stored. */
#define WIFI_SSID ""
#define WIFI_PASSWORD ""

/* The flash sector of esp_cert_private_key.bin: the certificate and private key of this device. */
#define CREDENTIALS_SECTOR 0x78

/* Where a client finds the serial line, over TLS. */
#define BRIDGE_PORT 2323

/* Speed of the serial line: UART0, 8 data bits, no parity, 1 stop bit. */
#define UART_BAUD 115200

/* The TLS buffer: a record that a client sends must fit into it. 2048 to 8192 bytes. */
#define TLS_BUFFER_SIZE 2048

#endif
