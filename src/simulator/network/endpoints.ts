/** An address, its netmask and the gateway, four bytes each. */
export interface Address {
  ip: readonly number[];
  netmask: readonly number[];
  gateway: readonly number[];
}

/** A port at which the device listens. */
export interface Listener {
  protocol: 'tcp' | 'udp';
  port: number;
}
