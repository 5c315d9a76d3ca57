/* HTTP/1.1, as much as a page needs: one request for each connection. */
#include "osapi.h"
#include "user_interface.h"
#include "http.h"

void ICACHE_FLASH_ATTR
http_begin(struct http_request *request)
{
    os_bzero(request, sizeof *request);
    request->state = HTTP_FIRST_LINE;
}

bool ICACHE_FLASH_ATTR
http_has_begun(const struct http_request *request)
{
    return request->state != HTTP_FIRST_LINE || request->line_length > 0;
}

static char ICACHE_FLASH_ATTR
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* The value of the header `name`, which is in lower case with its colon; NULL if the line is another header. */
static const char *ICACHE_FLASH_ATTR
header_value(const char *line, const char *name)
{
    while (*name != '\0')
        if (lower(*line++) != *name++)
            return NULL;
    while (*line == ' ' || *line == '\t')
        line++;
    return line;
}

/* Copies the next word of a line and returns what follows it. */
static const char *ICACHE_FLASH_ATTR
copy_word(const char *text, char *word, uint16 size)
{
    uint16 length = 0;

    for (; *text != '\0' && *text != ' '; text++)
        if (length < size - 1)
            word[length++] = *text;
    word[length] = '\0';
    return *text == ' ' ? text + 1 : text;
}

static uint32 ICACHE_FLASH_ATTR
number(const char *text)
{
    uint32 value = 0;

    while (*text >= '0' && *text <= '9' && value < 100000000)
        value = 10 * value + (*text++ - '0');
    return value;
}

/* A whole line of the first line and the headers, without its line break. */
static void ICACHE_FLASH_ATTR
read_line(struct http_request *request)
{
    const char *value;

    if (request->state == HTTP_FIRST_LINE) {
        const char *rest = copy_word(request->line, request->method, sizeof request->method);

        copy_word(rest, request->path, sizeof request->path);
        request->state = HTTP_HEADERS;
    } else if (request->line_length == 0) {
        request->state = request->body_length > 0 ? HTTP_BODY : HTTP_COMPLETE;
    } else if ((value = header_value(request->line, "content-length:")) != NULL) {
        request->body_length = number(value);
    } else if (header_value(request->line, "expect: 100-continue") != NULL) {
        request->expects_continue = true;
    }
}

bool ICACHE_FLASH_ATTR
http_read(struct http_request *request, const char *data, uint16 length)
{
    uint16 at = 0;

    while (at < length && request->state < HTTP_BODY) {
        char c = data[at++];

        if (c == '\n') {
            request->line[request->line_length] = '\0';
            read_line(request);
            request->line_length = 0;
        } else if (c != '\r' && request->line_length < sizeof request->line - 1) {
            request->line[request->line_length++] = c;
        }
    }
    if (request->state == HTTP_BODY) {
        /* The rest of `data` is body; keep what your firmware needs of it. */
        request->body_received += length - at;
        if (request->body_received >= request->body_length)
            request->state = HTTP_COMPLETE;
    }
    return request->state == HTTP_COMPLETE;
}

uint16 ICACHE_FLASH_ATTR
http_respond(const struct http_request *request, uint32 request_count, char *response)
{
    /* Text without what others have sent, and four numbers: it fits. SDK 2.x has no os_snprintf. */
    char page[256];
    const char *status = "200 OK";
    int page_length;

    if (os_strcmp(request->path, "/") == 0) {
        uint32 seconds = system_get_time() / 1000000;

        page_length = os_sprintf(page,
            "<!DOCTYPE html><title>ESP8266</title><h1>Hello from ESP8266</h1>"
            "<p>Request %u, %u bytes of data, up for %u s, %u bytes of heap are free.</p>\n",
            request_count, request->body_received, seconds, system_get_free_heap_size());
    } else {
        status = "404 Not Found";
        page_length = os_sprintf(page, "<!DOCTYPE html><title>ESP8266</title><h1>Not found</h1>\n");
    }
    return os_sprintf(response,
        "HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
        status, page_length, page);
}
