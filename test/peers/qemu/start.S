/* Begins a C program: exceptions enabled, a stack, main, and the end of the simulation with its result. */
        .section .start, "ax"
        .global _start
_start: movi    a0, 0x20
        wsr     a0, ps
        rsync
        movi    a1, 0x3ffff000
        call0   main
        mov     a3, a2
        movi    a2, 1
        simcall
stop:   j       stop

/* int host_write(const void *bytes, int length): to the standard output of the simulation. */
        .text
        .align  4
        .global host_write
host_write:
        mov     a5, a3
        mov     a4, a2
        movi    a2, 4
        movi    a3, 1
        simcall
        ret
