/** One of the two places for firmware that can be upgraded over the network: user1 or user2. */
export interface Slot {
  number: 1 | 2;
  /** Of its image in the flash, in bytes. */
  address: number;
}
