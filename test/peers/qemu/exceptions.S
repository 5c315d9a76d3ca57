/* Executes INSTRUCTION with ADDRESS in a2; the handler sends EXCCAUSE, EPC1, EXCVADDR, a0, a1 (0), a2, a3. */
        .section .start, "ax"
        .global _start
_start: movi    a0, vectors
        wsr     a0, vecbase
        movi    a0, 0x20
        wsr     a0, ps
        rsync
        movi    a2, ADDRESS
        movi    a3, -3
        INSTRUCTION
        movi    a2, 1
        movi    a3, 99
        simcall

        .text
        .align  4096
vectors:
        .space  0x50
user:   wsr     a15, excsave1
        movi    a15, state
        s32i    a0, a15, 12
        s32i    a2, a15, 20
        s32i    a3, a15, 24
        rsr     a0, exccause
        s32i    a0, a15, 0
        rsr     a0, epc1
        s32i    a0, a15, 4
        rsr     a0, excvaddr
        s32i    a0, a15, 8
        movi    a2, 4
        movi    a3, 1
        mov     a4, a15
        movi    a5, 28
        simcall
        movi    a2, 1
        movi    a3, 0
        simcall

        .data
        .align  16
        .global scratch
state:  .space  32
scratch: .space 64
