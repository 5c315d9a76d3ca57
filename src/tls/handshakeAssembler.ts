/** A handshake message as it came. */
export interface RawMessage {
  type: number;
  /** What follows its header of 4 bytes. */
  body: Uint8Array;
}

/** The messages that end in a record; `continued`: one more continues in the next record. */
export interface HandshakePart {
  messages: RawMessage[];
  continued: boolean;
}

const messageHeader = 4;
const longestHandshakeMessage = 0x10000;

/** Puts handshake messages together that continue in the next record. */
export class HandshakeAssembler {
  #chunks: Uint8Array[] = [];
  #missing = messageHeader;
  #isLost = false;

  /** Takes the body of a record; undefined for an empty one, and after a message that no handshake has, so long it is. */
  add(body: Uint8Array): HandshakePart | undefined {
    if (this.#isLost || body.length === 0) return undefined;
    this.#chunks.push(body);
    this.#missing -= body.length;
    if (this.#missing > 0) return { messages: [], continued: true };

    const bytes = Buffer.concat(this.#chunks);
    const messages: RawMessage[] = [];
    let at = 0;
    let next = messageHeader;
    while (bytes.length - at >= messageHeader) {
      const length = bytes.readUIntBE(at + 1, 3);
      next = messageHeader + length;
      if (bytes.length - at < next) break;
      messages.push({ type: bytes.readUInt8(at), body: bytes.subarray(at + messageHeader, at + next) });
      at += next;
      next = messageHeader;
    }
    const rest = bytes.subarray(at);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#missing = next - rest.length;
    if (this.#missing > longestHandshakeMessage) this.#lose();
    return { messages, continued: rest.length > 0 };
  }

  #lose(): void {
    this.#isLost = true;
    this.#chunks = [];
  }
}
