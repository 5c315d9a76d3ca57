/** Interrupt lines of the CPU, as ets_isr_attach counts them. */
export const interruptLine = { gpio: 4, uart: 5, frc1: 9 } as const;
