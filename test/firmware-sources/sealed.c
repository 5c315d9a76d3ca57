/* What opaque.c has only heard of. */
enum color { RED = 1, GREEN };

struct sealed {
  int value;
  struct sealed *next;
  enum color color;
};

int shared = 5;
static volatile int twin = 2;
static struct sealed last = {20, 0, GREEN};
static struct sealed sealed = {10, &last, RED};

struct sealed *first_sealed(void) {
  return &sealed;
}

__attribute__((noinline)) int count_sealed(struct sealed *sealed, enum color *color) {
  int count = twin;
  for (; sealed; sealed = sealed->next) count += sealed->value;
  return color ? (int)*color : count;
}
