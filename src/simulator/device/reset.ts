/** Why the chip has stopped by itself. */
export type HaltReason = 'exception' | 'watchdog' | 'not-offered' | 'restart' | 'deep-sleep' | 'problem';

/** What the SDK's rst_info tells after a boot: why the chip was reset, and the registers of an exception. */
export interface ResetInfo {
  /** enum rst_reason: 0 power on, 1 hardware watchdog, 2 exception, 3 software watchdog, 4 restart, 5 deep sleep. */
  reason: number;
  exccause: number;
  epc1: number;
  excvaddr: number;
}

/** enum rst_reason. */
export const resetReason = {
  hardWatchdog: 1,
  exception: 2,
  softWatchdog: 3,
  restart: 4,
  deepSleep: 5,
} as const;

export const powerOn: ResetInfo = { reason: 0, exccause: 0, epc1: 0, excvaddr: 0 };
