/* A function that is inlined six times, also twice in one line. */
extern volatile int sink;
void user_init(void);

volatile int sink;

static inline __attribute__((always_inline)) int twice(int value)
{
    int doubled = value + value;
    sink = doubled;
    return doubled;
}

static void __attribute__((noinline)) one(void)
{
    for (int i = 0; i < 3; i++)
        sink = twice(i);
    sink = twice(sink);
    twice(7), twice(8);
}

void user_init(void)
{
    one();
    for (int i = 0; i < 10; i++) {
        int a = twice(sink);
        if (a > 3)
            sink = twice(a);
        else
            sink = a;
    }
}
