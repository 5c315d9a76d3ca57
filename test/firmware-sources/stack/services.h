/* What this firmware offers; each prints what happens to it. */
#ifndef SERVICES_H
#define SERVICES_H

#include "c_types.h"

/* An HTTPS server: / answers with the number of starts and the free heap, /restart restarts the device. */
void httpsServerStart(uint16 port, uint32 starts);

/* Sends every UDP datagram back. */
void udpEchoStart(uint16 port);

/* Fetches / by HTTPS from the host that flash sector 0x7C names as "host port". */
void tlsClientStart(void);

/* Asks the gateway for the time, again and again. */
void timeClientStart(void);

/* Whether the gateway has told the time. */
bool timeIsKnown(void);

/* Restarts the device when the last packets have left. */
void restartSoon(void);

#endif
