#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include "c_types.h"

/*
 * Reads certificate and private key from the flash and hands them to the TLS library, which keeps copies of its own.
 * False if they are not there or are refused.
 */
bool load_credentials(uint32 sector);

#endif
