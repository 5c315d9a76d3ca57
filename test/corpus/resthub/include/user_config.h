#ifndef __USER_CONFIG_H__
	#define __USER_CONFIG_H__

	#define SSL_ENABLE           1
	#define WEBSERVER_PORT       80
	#define WEBSERVER_SSL_PORT   443

	#define IOT_SERVER           "iot.resthub.example"
	#define IOT_CA_SECTOR        0x77
	#define IOT_PORT             443
	#define IOT_PERIOD           60000

	#define DEVICE_RELAY         1
	#define DEVICE_BADGE         0

	#define DEBUG                0
	#if DEBUG
		#define debug(args...) os_printf(args)
	#else
		#define debug(args...)
	#endif
#endif
