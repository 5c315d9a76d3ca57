import { caCertificates, ownRecords, verifyPeer } from '../../certificates/server/verifyPeer';
import { type TlsFault, tlsBehaviour } from '../../sdk/tlsBehaviour';
import { bufferLevel, initialBuffer, maxObject } from '../../sdk/tls';
import { sectorSize } from '../../flash/sectors';
import { deviceIdentity, type Identity } from '../network/tlsEngine';
import type { TlsManner } from '../network/tlsLink';
import type { TlsRole } from '../network/tlsMeter';
import type { Call } from './call';
import type { Device } from './device';
import { Part } from './part';

type ByRole = Record<TlsRole, number>;

export interface TlsSettingsState {
  size: ByRole;
  /** The sectors of CA certificates, and of own certificate and key; 0: none are used. */
  ca: ByRole;
  own: ByRole;
  certificate: Uint8Array | undefined;
  privateKey: Uint8Array | undefined;
}

/** The roles that a level of the functions means; none for a level that is none. */
function rolesOf(level: number): TlsRole[] {
  if (level < 1 || level > 3) return [];
  return (['client', 'server'] as const).filter(role => (level & bufferLevel[role]) !== 0);
}

/** What the firmware has set for TLS before it opens a server or connects. */
export class TlsSettings extends Part<TlsSettingsState> {
  readonly #device: Pick<Device, 'flash' | 'options'>;

  constructor(device: Pick<Device, 'flash' | 'options'>) {
    super({
      size: { client: initialBuffer, server: initialBuffer },
      ca: { client: 0, server: 0 },
      own: { client: 0, server: 0 },
      certificate: undefined,
      privateKey: undefined,
    });
    this.#device = device;
  }

  /** Keeps a certificate or key that the firmware hands over. False when it is none. */
  keep(what: 'certificate' | 'privateKey', call: Call): boolean {
    const [address, length] = [call.uint(0), call.uint(1) & 0xffff];
    const { keepsNothing } = tlsBehaviour(this.#device.options.tls);
    if (address === 0 || (length === 0 && !keepsNothing) || length > maxObject) return false;
    this.state[what] = call.load(address, length);
    return true;
  }

  forgetIdentity(): void {
    this.state.certificate = this.state.privateKey = undefined;
  }

  setSize(level: number, value: number): boolean {
    const { buffer } = this.#device.options.tls;
    const roles = rolesOf(level);
    if (roles.length === 0 || value < buffer.least || value > buffer.most) return false;
    const size = Math.max(value, buffer.raisedTo ?? 0);
    const { sharesBuffer } = tlsBehaviour(this.#device.options.tls);
    for (const role of sharesBuffer ? rolesOf(3) : roles) this.state.size[role] = size;
    return true;
  }

  /** Undefined for a level that is none, or for both when they differ. */
  sizeOf(level: number): number | undefined {
    const sizes = new Set(rolesOf(level).map(role => this.state.size[role]));
    const [size] = sizes;
    return sizes.size === 1 ? size : undefined;
  }

  sizeFor(role: TlsRole): number {
    return this.state.size[role];
  }

  /** Sets the sector of records; false for a level that is none, and for sector 0. */
  enable(what: 'ca' | 'own', level: number, sector: number): boolean {
    return sector !== 0 && this.#set(what, level, sector);
  }

  disable(what: 'ca' | 'own', level: number): boolean {
    return this.#set(what, level, 0);
  }

  #set(what: 'ca' | 'own', level: number, sector: number): boolean {
    const roles = rolesOf(level);
    for (const role of roles) this.state[what][role] = sector;
    return roles.length > 0;
  }

  /** The server's certificate and key as they are now; throws with OpenSSL's reason when they cannot be used. */
  checkIdentity(): void {
    deviceIdentity(this.#identity, this.#device.options.tls);
  }

  get #identity(): Identity {
    const { certificate = new Uint8Array(), privateKey = new Uint8Array() } = this.state;
    return { certificate, privateKey };
  }

  /**
   * How the device speaks TLS on a connection that has just been made: the libraries read the flash then. A fault where what they
   * need is not there.
   * @param now the device's time
   */
  manner(role: TlsRole, now: Date): TlsManner | TlsFault {
    const { options } = this.#device;
    const { tls } = options;
    const behaviour = tlsBehaviour(tls);
    const verifies = role === 'client' || behaviour.verifiesClients;
    const isOn = this.state.ca[role] !== 0 && verifies;
    const anchors = isOn ? caCertificates(this.#sector(this.state.ca[role]), tls) : undefined;
    if (isOn && anchors === undefined) return 'no CA';
    const identity = this.#own(role);
    if (identity === undefined) return 'no own certificate';
    return {
      abilities: tls,
      buffer: this.state.size[role],
      identity,
      asksForCertificate: role === 'server' && isOn,
      limit: options.handshakeLimit ?? behaviour.handshakeLimit,
      verify: certificates => {
        if (certificates.length === 0) return isOn ? 'no client certificate' : undefined;
        const verdict = verifyPeer(certificates, anchors, tls, now);
        if (verdict === 'trusted') return undefined;
        return verdict === 'untrusted' ? 'untrusted' : 'unreadable certificate';
      },
    };
  }

  /** Undefined where the certificate or its key is missing or cannot be used. */
  #own(role: TlsRole) {
    const { tls } = this.#device.options;
    const sector = this.state.own[role];
    const records = sector === 0 ? undefined : ownRecords(this.#sector(sector), tls);
    if (role === 'client' && sector !== 0 && records === undefined) return undefined;
    try {
      return deviceIdentity(role === 'client' ? records : this.#identity, tls);
    } catch {
      return undefined;
    }
  }

  #sector(sector: number): Uint8Array {
    const { flash, options } = this.#device;
    return flash.read(sector * sectorSize, options.tls.recordWindow) ?? new Uint8Array();
  }
}
