/* What a test wants this firmware to do differently: words in flash sector 0x7B. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "c_types.h"

/* Whether the sector has this word. */
bool hasOption(const char *word);

#endif
