/* The chip has no C library; Mbed TLS includes this header and uses nothing of it. */
