/** SNTP counts seconds from 1900. */
const sntpEpoch = 2208988800;
const sntpServer = 4;
const messageSize = 48;

/** What a time server says to a request (RFC 4330) at this time, in ms since 1970; undefined for what is not a request. */
export function answerSntp(request: Buffer, now: number): Buffer | undefined {
  if (request.length < messageSize) return undefined;
  const reply = Buffer.alloc(messageSize);
  reply.writeUInt8((request.readUInt8(0) & 0x38) | sntpServer, 0);
  reply.writeUInt8(1, 1);
  request.copy(reply, 24, 40, messageSize);
  for (const at of [16, 32, 40]) {
    reply.writeUInt32BE((Math.floor(now / 1000) + sntpEpoch) >>> 0, at);
    reply.writeUInt32BE(Math.floor(((now % 1000) / 1000) * 0x100000000), at + 4);
  }
  return reply;
}
