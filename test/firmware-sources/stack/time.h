/* The chip has no C library; lwIP's SNTP client includes this header and uses nothing of it unless it debugs. */
