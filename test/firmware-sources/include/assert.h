/* The chip has no C library; Mbed TLS wants this header of it, and uses only static_assert. */
#ifndef ASSERT_H
#define ASSERT_H

#define static_assert _Static_assert

#endif
