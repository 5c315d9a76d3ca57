import { holdsPrivateKey } from '../../certificates/privateKeyIn';
import { GrowingFile } from '../../files/growingFile';
import { readStartSync } from '../../files/readFile';
import { codeOf, isMissing, reasonOf } from '../../files/systemErrors';
import { type Problem, ProblemError } from '../../problems';

/** IP packets without an Ethernet header before them. */
const linkTypeRaw = 101;
const blocks = { section: 0x0a0d0d0a, interface: 1, enhancedPacket: 6 };
const options = { end: 0, comment: 1, application: 4, name: 2, flags: 2, resolution: 9 };
/** Bytes. */
const blockTypeLength = 4;
const directions = { remote: 1, device: 2 };
/** No IP packet is longer. */
const longestPacket = 0xffff;
const longestOption = 0xffff;

/**
 * Writes the device's IP packets into a pcapng file, as Wireshark reads them. Each packet is written at once, so that the
 * file can be read at any time and is whole even if the simulator is killed.
 */
export class Capture {
  readonly #file: GrowingFile;
  readonly #switchedOn: number;
  readonly #report: (problem: Problem) => void;
  #holdsKey = false;

  /**
   * Throws a Problem if the file cannot be written; what was in it is gone.
   * @param switchedOn the date at the device's time 0
   * @param report is told once if writing fails later, for example because the disk is full; the capture ends there
   */
  constructor(file: string, switchedOn: Date, report: (problem: Problem) => void) {
    this.#switchedOn = switchedOn.getTime() * 1000;
    this.#report = report;
    refuseOther(file);
    this.#file = new GrowingFile(file);
    this.#file.append(Buffer.concat([sectionHeader(), interfaceDescription()]));
  }

  /** Whether a private key went over the network in the clear. */
  get holdsKey(): boolean {
    return this.#holdsKey;
  }

  /**
   * Adds a packet.
   * @param time µs since the device was switched on
   */
  packet(time: number, sender: 'device' | 'remote', bytes: Uint8Array, comment?: string): void {
    this.#holdsKey ||= holdsPrivateKey(bytes);
    this.#orReport(() => {
      this.#file.append(enhancedPacket(this.#switchedOn + time, directions[sender], bytes, comment));
    });
  }

  /** Further packets are ignored. */
  close(): void {
    this.#orReport(() => {
      this.#file.close();
    });
  }

  #orReport(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.#report(error.problem);
    }
  }
}

/** Only captures are replaced: the file may be named by a project that somebody else has made. */
function refuseOther(file: string): void {
  try {
    const start = readStartSync(file, blockTypeLength);
    if (start.length === 0) return;
    if (start.length === blockTypeLength && start.readUInt32LE() === blocks.section) return;
  } catch (error) {
    // Wireshark may read from a pipe.
    if (isMissing(error) || codeOf(error) === 'not-regular') return;
    throw new ProblemError({ kind: 'file-unwritable', file, reason: reasonOf(error) }, { cause: error });
  }
  throw new ProblemError({ kind: 'not-a-capture', file });
}

function sectionHeader(): Buffer {
  const byteOrder = 0x1a2b3c4d;
  const version = { major: 1, minor: 0 };
  const body = Buffer.alloc(16);
  body.writeUInt32LE(byteOrder, 0);
  body.writeUInt16LE(version.major, 4);
  body.writeUInt16LE(version.minor, 6);
  // The length of the section is not known as long as packets come.
  body.fill(0xff, 8);
  return block(blocks.section, body, [[options.application, Buffer.from('ESP8266 SSL')]]);
}

function interfaceDescription(): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt16LE(linkTypeRaw, 0);
  const microseconds = 6;
  return block(blocks.interface, body, [
    [options.name, Buffer.from('esp8266')],
    [options.resolution, Buffer.from([microseconds])],
  ]);
}

/** @param time µs since 1970 */
function enhancedPacket(time: number, direction: number, packet: Uint8Array, comment?: string): Buffer {
  const captured = packet.subarray(0, longestPacket);
  const body = Buffer.alloc(20 + captured.length);
  body.writeUInt32LE(Math.floor(time / 2 ** 32), 4);
  body.writeUInt32LE(time % 2 ** 32, 8);
  body.writeUInt32LE(captured.length, 12);
  body.writeUInt32LE(packet.length, 16);
  body.set(captured, 20);
  const flags = Buffer.alloc(4);
  flags.writeUInt32LE(direction);
  return block(blocks.enhancedPacket, body, [
    [options.flags, flags],
    ...(comment === undefined ? [] : [[options.comment, text(comment)] as const]),
  ]);
}

/** UTF-8, cut between two characters if an option cannot hold it. */
function text(comment: string): Uint8Array {
  const bytes = new Uint8Array(longestOption);
  return bytes.subarray(0, new TextEncoder().encodeInto(comment, bytes).written);
}

function block(
  type: number,
  body: Uint8Array,
  blockOptions: readonly (readonly [code: number, value: Uint8Array])[],
): Buffer {
  const parts = [padded(body)];
  for (const [code, value] of [...blockOptions, [options.end, new Uint8Array()] as const]) {
    const header = Buffer.alloc(4);
    header.writeUInt16LE(code, 0);
    header.writeUInt16LE(value.length, 2);
    parts.push(header, padded(value));
  }
  const content = Buffer.concat(parts);
  const start = Buffer.alloc(8);
  start.writeUInt32LE(type, 0);
  // A reader that goes backwards finds the length at the end, too.
  const length = content.length + 12;
  start.writeUInt32LE(length, 4);
  return Buffer.concat([start, content, start.subarray(4)]);
}

/** Everything in the file begins at a multiple of 4. */
function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes], Math.ceil(bytes.length / 4) * 4);
}
