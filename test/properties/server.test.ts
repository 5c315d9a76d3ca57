import assert from 'node:assert/strict';
import fc from 'fast-check';
import { generateCertificates } from '../../src/certificates/generate';
import { type ServerReply, ServerReplyReader } from '../../src/certificates/server/serverReply';
import { checkCompatibility } from '../../src/certificates/server/compatibility';
import { parseServerAddress, serverAddressText } from '../../src/certificates/server/serverAddress';
import { reportJson, reportLines, reportMarkdown, reportOf } from '../../src/certificates/server/report';
import type { Visit } from '../../src/certificates/server/visit';
import { ProblemError } from '../../src/problems';
import { tlsAbilities } from '../../src/sdk/tls';
import { handshake, record, serverHello, vector } from '../core/tlsBytes';

const mutations = Number(process.env['SERVER_MUTATIONS'] ?? 1500);
const seed = 20_261_126;

const libraries = ['libssl', 'libmbedtls'] as const;
const answerKinds = ['flight', 'alert', 'closed', 'damaged', 'not-tls'];

function answerTo(stream: Uint8Array): ServerReply {
  const reader = new ServerReplyReader();
  reader.add(stream);
  return reader.answer ?? { kind: 'silent' };
}

/** All that becomes of an answer: words, JSON, Markdown and a file. */
function judged(answer: ServerReply): void {
  const place = { host: 'server.example', port: 443 };
  for (const library of libraries) {
    const abilities = tlsAbilities(library, '3.0.6');
    assert.ok(abilities);
    const visit: Visit = { place, ip: '192.0.2.1', serverName: place.host, device: answer, named: answer };
    const judgement = checkCompatibility(visit, { abilities, buffer: 2048 });
    assert.ok(['yes', 'unverified', 'no'].includes(judgement.verdict));
    assert.ok(judgement.findings.length > 0);
    const report = reportOf(visit, judgement, library);
    for (const line of [...reportLines(report), ...reportMarkdown(report).split('\n')])
      assert.doesNotMatch(line, /\p{Cc}/u);
    JSON.stringify(reportJson(visit, judgement));
  }
}

describe('what a server sends', function () {
  this.timeout(600_000);
  let flight: Buffer;
  before(async () => {
    const { ca, device } = await generateCertificates({ name: 'server.example', bits: 1024 });
    const chain = [device, ca].map(({ certificate }) => vector(3, certificate));
    flight = Buffer.concat([
      record(22, serverHello(0x0303, 0x2f)),
      record(22, handshake(11, vector(3, ...chain))),
      record(22, handshake(14, Buffer.alloc(0))),
    ]);
  });

  it('is read, judged and reported whatever bytes are changed, lost or added', () => {
    const kinds = new Set<string>();
    const change = fc.record({
      at: fc.nat(flight.length - 1),
      removed: fc.nat(8),
      put: fc.uint8Array({ maxLength: 8 }),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), changes => {
        const mutated = changes.reduce(
          (bytes, { at, removed, put }) =>
            Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + removed)]),
          flight,
        );
        const answer = answerTo(mutated);
        kinds.add(answer.kind);
        judged(answer);
      }),
      { numRuns: mutations, seed },
    );
    for (const kind of ['flight', 'damaged', 'silent']) assert.ok(kinds.has(kind), `no answer was ${kind}`);
  });

  it('is read and judged when only bytes of the certificates are others', () => {
    const change = fc.tuple(fc.integer({ min: 100, max: flight.length - 20 }), fc.nat(255));
    let readable = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), changes => {
        const mutated = Buffer.from(flight);
        for (const [at, byte] of changes) mutated[at] = byte;
        const answer = answerTo(mutated);
        if (answer.kind === 'flight') readable++;
        judged(answer);
      }),
      { numRuns: mutations, seed },
    );
    assert.ok(readable > mutations / 2, `${readable} flights`);
  });

  it('may be any bytes', () => {
    const records = fc
      .array(fc.tuple(fc.constantFrom(20, 21, 22, 23), fc.uint8Array({ maxLength: 60 })), { maxLength: 6 })
      .map(parts => Buffer.concat(parts.map(([type, body]) => record(type, body))));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), records), bytes => {
        const answer = answerTo(bytes);
        assert.ok(answer.kind === 'silent' || answerKinds.includes(answer.kind));
      }),
      { numRuns: mutations, seed },
    );
  });

  it('is the same in any pieces', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(0xffff), (step, suite) => {
        const bytes = Buffer.concat([
          record(22, serverHello(0x0302, suite)),
          flight.subarray(flight.indexOf(11)),
        ]);
        const reader = new ServerReplyReader();
        for (let at = 0; at < bytes.length; at += step) reader.add(bytes.subarray(at, at + step));
        assert.deepEqual(reader.answer ?? { kind: 'silent' }, answerTo(bytes));
      }),
      { numRuns: 100, seed },
    );
  });
});

describe('what a user types for a server', () => {
  it('is a place that reads itself again, or a Problem', () => {
    const typed = fc.oneof(
      fc.string({ maxLength: 40, unit: 'grapheme' }),
      fc.stringMatching(/^(https:\/\/)?\[?[a-f0-9.:]{1,20}\]?(:\d{1,6})?$/),
    );
    fc.assert(
      fc.property(typed, text => {
        try {
          const place = parseServerAddress(text);
          assert.deepEqual(parseServerAddress(serverAddressText(place)), place);
        } catch (error) {
          assert.ok(error instanceof ProblemError && error.problem.kind === 'server-address-wrong');
        }
      }),
      { numRuns: 5000, seed },
    );
  });
});
