/*
 * Variables of every kind, for comparing what the debugger shows with what the program saw: WITNESS stores a parameter
 * or local into a global of the same type, named after the function and the variable. Each sample_ function runs once.
 */
typedef unsigned char uint8;
typedef signed char int8;
typedef unsigned short uint16;
typedef unsigned int uint32;
typedef unsigned long long uint64;
typedef void (*receive_callback)(void *arg, char *data, unsigned short length);

enum link_type { LINK_NONE, LINK_TCP = 0x10, LINK_UDP = 0x20 };
enum weather { COLD = -5, MILD = 12, HOT = 35 };

struct tcp_link {
  int remote_port;
  int local_port;
  uint8 local_ip[4];
  uint8 remote_ip[4];
  receive_callback connected;
  void (*disconnected)(void *);
};

struct udp_link {
  int remote_port;
  int local_port;
};

struct connection {
  enum link_type type;
  union {
    struct tcp_link *tcp;
    struct udp_link *udp;
  } proto;
  receive_callback received;
  uint8 link_count;
  void *reverse;
  struct connection *next;
  const volatile struct hidden *hidden;
};

struct hidden {
  char *const text;
  const char *const *lines;
};

struct bits {
  unsigned ready : 1;
  unsigned mode : 3;
  int level : 5;
  unsigned : 2;
  unsigned crossing : 9;
  uint8 tail;
  uint8 low : 4;
  int8 high : 4;
  uint64 wide : 40;
  uint64 rest : 24;
  enum weather weather : 7;
  _Bool yes : 1;
};

struct variant {
  uint16 tag;
  union {
    float real;
    uint32 whole;
    struct {
      uint8 first;
      uint16 second;
    };
  };
  int (*compare)(const void *, const void *);
};

struct packet {
  uint16 length;
  char data[];
};

struct pair {
  int first;
  int second;
};

struct __attribute__((packed)) packed {
  uint8 kind;
  uint32 value;
  uint16 end;
};

#define WITNESS(function, variable) (witness_##function##_##variable = (variable))
#define DECLARE(type, function, variable) type volatile witness_##function##_##variable
#define NOINLINE __attribute__((noinline, noclone))

void *memcpy(void *to, const void *from, unsigned length) {
  for (unsigned at = 0; at < length; at++) ((volatile char *)to)[at] = ((const char *)from)[at];
  return to;
}

void *memset(void *to, int value, unsigned length) {
  for (unsigned at = 0; at < length; at++) ((volatile char *)to)[at] = value;
  return to;
}

volatile int sink;
int matrix[3][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}};
short cube[2][3][2];
char host[32] = "esp8266.local";
const char *greeting = "GET / HTTP/1.1\r\nHost: \"esp\"\r\n\r\n";
const char *nowhere = (const char *)0x10;
char *nothing;
uint8 address[4] = {192, 168, 4, 1};
int many[250];
float ratio = 1.1f;
double precise = -0.1;
_Bool enabled = 1;
char letter = 'A';
int8 negative = -7;
uint64 large = 0xfedcba9876543210ull;
long long small = -9000000000000000000ll;
enum weather today = COLD;
enum link_type strange = (enum link_type)7;
struct bits bits = {1, 5, -9, 300, 200, 9, -3, 0x123456789aull, 0xabcdef, HOT, 1};
struct variant variant = {3, {2.5f}, 0};
struct packed packed = {1, 0x12345678, 9};
static struct { int inside; } unnamed = {77};
static int counter;
struct packet *packet;
struct udp_link udp = {4242, 53};
struct tcp_link tcp = {50000, 443, {192, 168, 4, 1}, {192, 168, 4, 2}, 0, 0};
struct connection second = {LINK_UDP, {0}, 0, 2, 0, 0, 0};
struct connection first = {LINK_TCP, {&tcp}, 0, 1, host, &second, 0};
const char *const lines[] = {"one", "two"};
struct hidden hidden = {host, lines};

void received(void *arg, char *data, unsigned short length) {
  struct connection *connection = arg;
  connection->link_count += length + data[0];
}

NOINLINE void use(void *thing) {
  sink += (int)thing;
}

DECLARE(int, sample_integers, a);
DECLARE(unsigned short, sample_integers, b);
DECLARE(char, sample_integers, c);
DECLARE(int8, sample_integers, d);
DECLARE(long long, sample_integers, e);
DECLARE(_Bool, sample_integers, f);
DECLARE(enum weather, sample_integers, g);
DECLARE(int, sample_integers, h);
DECLARE(int, sample_integers, sum);
DECLARE(uint64, sample_integers, product);

/* More arguments than registers. */
NOINLINE int sample_integers(int a, unsigned short b, char c, int8 d, long long e, _Bool f, enum weather g, int h) {
  WITNESS(sample_integers, a);
  WITNESS(sample_integers, b);
  WITNESS(sample_integers, c);
  WITNESS(sample_integers, d);
  WITNESS(sample_integers, e);
  WITNESS(sample_integers, f);
  WITNESS(sample_integers, g);
  WITNESS(sample_integers, h);
  int sum = a + b + c + d + (int)e + f + g + h;
  WITNESS(sample_integers, sum);
  use(0);
  uint64 product = ((uint64)sum << 20) + (uint64)e;
  WITNESS(sample_integers, product);
  use((void *)&sink);
  return sum + (int)product;
}

DECLARE(struct connection *, sample_pointers, connection);
DECLARE(const char *, sample_pointers, text);
DECLARE(receive_callback, sample_pointers, callback);
DECLARE(struct tcp_link *, sample_pointers, link);
DECLARE(int, sample_pointers, port);

NOINLINE int sample_pointers(struct connection *connection, const char *text, receive_callback callback) {
  WITNESS(sample_pointers, connection);
  WITNESS(sample_pointers, text);
  WITNESS(sample_pointers, callback);
  connection->received = callback;
  struct tcp_link *link = connection->proto.tcp;
  WITNESS(sample_pointers, link);
  callback(connection, host, 3);
  int port = link->local_port + text[0];
  WITNESS(sample_pointers, port);
  use(connection);
  return port;
}

/* The first half of the arguments is dead after the first call: only the caller still knows it. */
DECLARE(int, sample_entry, kept);
DECLARE(int, sample_entry, dead);
DECLARE(const char *, sample_entry, name);

NOINLINE int sample_entry(int dead, const char *name, int kept) {
  WITNESS(sample_entry, dead);
  WITNESS(sample_entry, name);
  WITNESS(sample_entry, kept);
  use(0);
  use(&counter);
  return kept;
}

DECLARE(struct pair, sample_struct, pair);
DECLARE(int, sample_struct, twice);

NOINLINE int sample_struct(struct pair pair) {
  WITNESS(sample_struct, pair);
  int twice = pair.first * 2 + pair.second;
  WITNESS(sample_struct, twice);
  use(0);
  return twice + pair.second;
}

DECLARE(int, sample_inlined, outer);
DECLARE(int, innermost, amount);
DECLARE(int, innermost, doubled);
DECLARE(int, middle, level);

static inline __attribute__((always_inline)) int innermost(int amount) {
  WITNESS(innermost, amount);
  int doubled = amount + amount;
  WITNESS(innermost, doubled);
  use(&matrix);
  return doubled + sink;
}

static inline __attribute__((always_inline)) int middle(int level) {
  WITNESS(middle, level);
  int below = innermost(level + 1);
  use(host);
  return below;
}

NOINLINE int sample_inlined(int outer) {
  WITNESS(sample_inlined, outer);
  int result = middle(outer * 3);
  use(0);
  return result + outer;
}

DECLARE(int, sample_blocks, settled);

NOINLINE int sample_blocks(int count) {
  int total = 0;
  for (int index = 0; index < count; index++) {
    int value = index * 10;
    if (index == 2) {
      const char *value = "inner";
      use((void *)value);
    }
    total += value + sink;
  }
  {
    int settled = 7 + count;
    WITNESS(sample_blocks, settled);
    use(&settled);
    total += settled;
  }
  return total;
}

NOINLINE int sample_locals(void) {
  static int calls = 40;
  extern double precise;
  char buffer[16] = "ab\tc";
  int numbers[3] = {3, -2, 1};
  struct connection local = first;
  struct bits copy = bits;
  calls += 2;
  use(buffer);
  use(numbers);
  use(&local);
  use(&copy);
  use(&precise);
  return calls + buffer[1] + numbers[2] + local.link_count + copy.level;
}

NOINLINE int sample_recursion(int depth) {
  if (depth == 0) {
    use(&depth);
    return 1;
  }
  return sample_recursion(depth - 1) + depth;
}

void user_init(void) {
  for (int index = 0; index < 250; index++) many[index] = index * index;
  first.received = received;
  packet = (struct packet *)address;
  sink = sample_integers(-100, 60000, 'z', -128, 0x123456789ll, 1, MILD, 77);
  sink += sample_pointers(&first, greeting, received);
  sink += sample_entry(1234, "only the caller knows", sink);
  sink += sample_struct((struct pair){5, -6});
  sink += sample_inlined(14);
  sink += sample_blocks(4);
  sink += sample_locals();
  sink += sample_recursion(5);
  sink += unnamed.inside + counter + variant.tag + packed.kind + cube[1][2][1] + packet->length;
}
