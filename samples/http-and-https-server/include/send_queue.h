#ifndef SEND_QUEUE_H
#define SEND_QUEUE_H

#include "ip_addr.h"
#include "espconn.h"

#define SEND_QUEUE_SIZE 1024

/* espconn_sent or espconn_secure_sent. */
typedef sint8 (*send_function)(struct espconn *connection, uint8 *data, uint16 length);

/*
 * What a connection sends. espconn takes one block at a time: the next one after the sent callback of the last, else it
 * returns ESPCONN_INPROGRESS (-5). What comes earlier waits here. The block that is being sent stays where it is, because
 * the SDK reads a long one again.
 */
struct send_queue {
    send_function send;
    /* Bytes that wait, and how many of them espconn is sending. */
    uint16 length, sending;
    uint8 data[SEND_QUEUE_SIZE];
};

/* Empties the queue, for a new connection. */
void send_queue_reset(struct send_queue *queue, send_function send);

/* Sends data now, or after what waits. False if there is no room. */
bool send_queue_put(struct send_queue *queue, struct espconn *connection, const char *data, uint16 length);

/* For the sent callback: sends what waits. True if nothing is left. */
bool send_queue_sent(struct send_queue *queue, struct espconn *connection);

#endif
