/** The device's date: what a time server has told it. */
export interface WallClock {
  readonly isSet: boolean;
  /** Before it is set the device counts from 1970 on. */
  readonly now: Date;
}
