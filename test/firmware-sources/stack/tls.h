/* TLS over lwIP's TCP, in callbacks: what espconn_secure_* are in the SDK. */
#ifndef TLS_H
#define TLS_H

#include "c_types.h"

struct tls;
struct tcp_pcb;

/* What the owner of a connection learns. After `closed` the connection is gone. */
struct tlsEvents {
    /* The handshake is done. */
    void (*connected)(struct tls *tls);
    void (*received)(struct tls *tls, const char *data, uint32 length);
    /* 0: closed in order; else the negative error of Mbed TLS or lwIP. */
    void (*closed)(struct tls *tls, int error);
};

/* Reads the certificates that are linked in; 0 or the negative error of Mbed TLS. Before all else. */
int tlsInit(void);

/* Takes a TCP connection over and begins the handshake: as a client that expects `hostname` in the server's certificate, or as a
   server without one. Answers NULL when memory is short; the connection is untouched then. */
struct tls *tlsBegin(struct tcp_pcb *pcb, const char *hostname, const struct tlsEvents *events, void *owner);

/* What was given to tlsBegin. */
void *tlsOwner(const struct tls *tls);

/* Sends bytes, which must stay where they are until the connection is closed; once in a connection's life. */
void tlsSend(struct tls *tls, const char *data, uint32 length);

/* Closes the connection as soon as all has been sent; `closed` follows. */
void tlsClose(struct tls *tls);

/* The cipher suite agreed on. */
const char *tlsCipher(const struct tls *tls);

#endif
