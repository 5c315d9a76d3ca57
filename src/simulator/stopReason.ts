import type { EventDetail } from './events';

/** What went wrong where the chip halted by itself, as the event log has it. */
export type Failure = Extract<EventDetail, { kind: 'exception' | 'watchdog' | 'not-offered' }>;

/** Why the device is stopped. */
export type StopReason = { kind: 'entry' | 'breakpoint' | 'step' | 'pause' } | Failure;
