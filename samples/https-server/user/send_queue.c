/* A queue for the data that a connection sends. */
#include "osapi.h"
#include "send_queue.h"
#include "check.h"

/* Hands over what waits, unless espconn is still sending. */
static void ICACHE_FLASH_ATTR
send_next(struct send_queue *queue, struct espconn *connection)
{
    sint8 result;

    if (queue->sending > 0 || queue->length == 0)
        return;
    result = queue->send(connection, queue->data, queue->length);
    check("send", result);
    if (result == ESPCONN_OK)
        queue->sending = queue->length;
}

void ICACHE_FLASH_ATTR
send_queue_reset(struct send_queue *queue, send_function send)
{
    queue->send = send;
    queue->length = 0;
    queue->sending = 0;
}

bool ICACHE_FLASH_ATTR
send_queue_put(struct send_queue *queue, struct espconn *connection, const char *data, uint16 length)
{
    if (length > SEND_QUEUE_SIZE - queue->length)
        return false;
    os_memcpy(queue->data + queue->length, data, length);
    queue->length += length;
    send_next(queue, connection);
    return true;
}

bool ICACHE_FLASH_ATTR
send_queue_sent(struct send_queue *queue, struct espconn *connection)
{
    queue->length -= queue->sending;
    os_memmove(queue->data, queue->data + queue->sending, queue->length);
    queue->sending = 0;
    send_next(queue, connection);
    return queue->length == 0;
}
