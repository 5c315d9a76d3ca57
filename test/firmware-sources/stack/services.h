/* What this firmware offers; each prints what happens to it. */
#ifndef SERVICES_H
#define SERVICES_H

#include "c_types.h"

/* An HTTPS server: / answers with the number of starts and the free heap, /restart restarts the device, /store/SECTOR writes the
   request to the flash, /fetch/HOST:PORT has the TLS client fetch from there. */
void httpsServerStart(uint16 port, uint32 starts);

/* Sends every UDP datagram back. */
void udpEchoStart(uint16 port);

/* Fetches / by HTTPS from the host that flash sector 0x7C names as "host port". */
void tlsClientStart(void);

/* Fetches / by HTTPS from "host:port" up to a space; false while it is at another one. */
bool tlsClientFetch(const char *place);

/* Erases a sector of the flash and writes words to it; false where the flash refuses. */
bool storeInSector(uint16 sector, const void *words, uint32 size);

/* Asks the gateway for the time, again and again. */
void timeClientStart(void);

/* Whether the gateway has told the time. */
bool timeIsKnown(void);

/* Restarts the device when the last packets have left. */
void restartSoon(void);

#endif
