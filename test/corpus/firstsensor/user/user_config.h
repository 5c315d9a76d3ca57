#define MY_SSID "myhome"
#define MY_PASSWORD "secret123"
#define MY_SERVER "data.myhome.example"
