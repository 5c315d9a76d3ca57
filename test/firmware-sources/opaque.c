/* Knows struct sealed only by name; sealed.c says what it is. */
struct sealed;
enum color;

struct sealed *first_sealed(void);
int count_sealed(struct sealed *sealed, enum color *color);

struct holder {
  struct sealed *sealed;
  enum color *color;
};

extern int shared;
struct holder holder;
static volatile int twin = 1;
volatile int result;

static __attribute__((noinline)) int look(struct holder *where) {
  extern int shared;
  return count_sealed(where->sealed, where->color) + shared + twin;
}

void unused(void) {
  result = twin;
}

void user_init(void) {
  holder.sealed = first_sealed();
  result = look(&holder);
}
