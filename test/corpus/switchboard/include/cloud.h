#ifndef __CLOUD_H__
#define __CLOUD_H__
void cloud_init(void);
void panel_init(uint32 port);
#define PANEL_PORT 80
#define PANEL_SSL_PORT 443
#endif
