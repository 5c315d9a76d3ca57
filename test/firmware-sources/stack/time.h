/* The chip has no C library: what lwIP's SNTP client and the dates of Mbed TLS need of this header. */
#ifndef TIME_H
#define TIME_H

typedef long time_t;

struct tm {
    int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year;
};

/* Seconds since 1970; from 0 on where nobody has told the time. */
time_t time(time_t *seconds);

#endif
