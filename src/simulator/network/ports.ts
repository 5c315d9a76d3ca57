/** Ports below 1024 need special rights on many computers: device port 443 is reached at 8443, 80 at 8080. */
const lowPortOffset = 8000;

/** Where the device's listening ports appear on the computer. */
export class PortMap {
  readonly #chosen: ReadonlyMap<number, number>;

  /** @param chosen device port → port of the computer; 0 takes any free one */
  constructor(chosen: ReadonlyMap<number, number> = new Map()) {
    this.#chosen = chosen;
  }

  hostPort(devicePort: number): number {
    return this.#chosen.get(devicePort) ?? (devicePort < 1024 ? devicePort + lowPortOffset : devicePort);
  }
}

/** The device is reachable from this computer only. */
export const listenAddress = '127.0.0.1';
