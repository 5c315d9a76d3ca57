#ifndef CHECK_H
#define CHECK_H

#include "osapi.h"
#include "ip_addr.h"
#include "espconn.h"

/* Logs a call that the SDK refuses. */
static inline void
check(const char *function, sint8 result)
{
    if (result != ESPCONN_OK)
        os_printf("%s: %d\n", function, result);
}

#endif
