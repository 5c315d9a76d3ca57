#include "time.h"
#include "services.h"
#include "osapi.h"
#include "user_interface.h"
#include "mbedtls/platform_util.h"

/* The time when the device had started. */
static uint32 startTime;

/* lwIP calls this with the time it has got; see lwipopts.h. */
void stackSetTime(uint32 seconds)
{
    startTime = seconds - system_get_time() / 1000000;
    os_printf("time: %u s since 1970\n", seconds);
}

bool timeIsKnown(void)
{
    return startTime != 0;
}

time_t time(time_t *seconds)
{
    time_t now = startTime + system_get_time() / 1000000;

    if (seconds != NULL)
        *seconds = now;
    return now;
}

/* The date of a time, by years that begin in March. */
struct tm *mbedtls_platform_gmtime_r(const mbedtls_time_t *seconds, struct tm *date)
{
    uint32 days = *seconds / 86400 + 719468, rest = *seconds % 86400;
    uint32 era = days / 146097, day = days % 146097;
    uint32 year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    uint32 dayOfYear = day - (365 * year + year / 4 - year / 100);
    uint32 month = (5 * dayOfYear + 2) / 153;

    date->tm_sec = rest % 60;
    date->tm_min = rest / 60 % 60;
    date->tm_hour = rest / 3600;
    date->tm_mday = dayOfYear - (153 * month + 2) / 5 + 1;
    date->tm_mon = month < 10 ? month + 2 : month - 10;
    date->tm_year = year + era * 400 + (month < 10 ? 0 : 1) - 1900;
    return date;
}
