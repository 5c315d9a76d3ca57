#include <esp8266.h>
#include "httpd.h"

static int led;

static int ICACHE_FLASH_ATTR cgi_index(http_client *client)
{
	switch (client->cgi_state++) {
	case 0:
		httpd_printf(client, "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>");
		return CGI_MORE;
	case 1:
		httpd_printf(client, led ? "<b>on</b>" : "<b>off</b>");
		return CGI_MORE;
	default:
		httpd_printf(client, "<a href=\"https://panel.local/login\">log in</a></body></html>");
		return CGI_DONE;
	}
}

static int ICACHE_FLASH_ATTR cgi_login(http_client *client)
{
	httpd_printf(client, "HTTP/1.0 200 OK\r\n\r\n");
	httpd_printf(client, os_strstr(client->head, "Authorization: Basic cGFuZWw6cGFuZWw=") ? "welcome" : "who are you?");
	return CGI_DONE;
}

static int ICACHE_FLASH_ATTR cgi_led(http_client *client)
{
	led = !led;
	GPIO_OUTPUT_SET(2, led);
	httpd_redirect(client, "/");
	return CGI_DONE;
}

static const http_route table[] = {
	{ "/", cgi_index },
	{ "/led", cgi_led, 1 },
	{ "/login", cgi_login, 1 },
	{ NULL },
};

static void ICACHE_FLASH_ATTR init_done(void)
{
	httpd_init(table);
}

uint32 ICACHE_FLASH_ATTR user_rf_cal_sector_set(void)
{
	return 1024 - 5;
}

void ICACHE_FLASH_ATTR user_init(void)
{
	wifi_set_opmode(STATIONAP_MODE);
	gpio_init();
	system_init_done_cb(init_done);
}
