import assert from 'node:assert/strict';
import path from 'node:path';
import { isRequestProblem } from '../../src/certificates/requestProblems';
import { type Problem, ProblemError, remediesOf, sentence } from '../../src/problems';
import { expectGolden } from '../golden';

/** What else is known of a problem of a kind. */
type Known<K extends Problem['kind']> = Omit<Extract<Problem, { kind: K }>, 'kind'>;

const file = 'FILE';
const folder = 'FOLDER';
const reason = 'REASON';
const port = 'PORT';
const command = 'ca sign {csr}';

/** Every kind of problem, in each form that has words of its own. */
const examples: { readonly [K in Problem['kind']]: readonly Known<K>[] } = {
  // Files and programs
  'file-unreadable': [{ file, reason }],
  'folder-unwritable': [{ folder, reason }],
  'file-unwritable': [{ file, reason }],
  'folder-in-use': [{ folder, lock: 'LOCK', pid: 7 }],
  'link-outside': [{ file }],
  'file-exists': [{ file }],
  'program-failed': [{ program: 'PROGRAM', reason }],
  'not-for-shell': [{ word: 'WORD' }],

  // Certificates
  'ca-unusable': [
    ...(['incomplete', 'unreadable', 'not-rsa', 'not-a-ca', 'other-key', 'expired'] as const).map(fault => ({
      file,
      reason: fault,
    })),
    { file, reason: 'expired', isOurs: true },
  ],
  'no-credentials': [{ file }],
  'decryption-failed': [
    { file, fault: { kind: 'passphrase-missing' } },
    { file, fault: { kind: 'passphrase-wrong' } },
    { file, fault: { kind: 'algorithm-unknown', algorithm: 'ALGORITHM' } },
    { file, fault: { kind: 'too-many-rounds' } },
  ],
  'certificate-missing': [{ file }],
  'key-missing': [{ file }],
  'key-not-rsa': [{ file }],
  'no-ca-in-file': [{ file }],
  'ca-refused': [true, false].flatMap(isOurs =>
    [
      { kind: 'reader' as const, text: 'unsupported key type EC' },
      { kind: 'too-few-bits' as const, bits: 1024, least: 2048 },
      { kind: 'too-many-bits' as const, bits: 4096, most: 2048 },
    ].map(reason => ({ file, library: 'libmbedtls' as const, reason, isOurs })),
  ),
  'certificate-of-another-key': [{ file, keyFile: 'KEY' }],
  'too-many-cas': [
    { library: 'LIBRARY', count: 9, size: 9000, most: 8192 },
    { library: 'LIBRARY', count: 9, size: 9000, most: 8192, maxRecords: 3 },
  ],
  'another-ca-in-folder': [{ file }],
  'files-in-the-way': [{ folder, files: ['a.h', 'b.h'] }],
  'manifest-broken': [{ file }],
  'bad-set-there': [{ folder }],
  'sign-command-shell': [{ command, word: '&&' }],
  'sign-command-incomplete': [{ command: 'ca sign' }],
  'sign-command-failed': [
    { command, name: 'NAME', reason, said: '' },
    { command, name: 'NAME', reason, said: 'SAID' },
  ],
  'signed-certificate-wrong': (
    ['no-certificate', 'other-key', 'other-name', 'other-ca', 'expired', 'serial-repeated'] as const
  ).map(fault => ({ name: 'NAME', reason: fault })),
  'record-name-invalid': [{ name: 'NAME' }],
  'record-name-too-long': [{ name: 'NAME' }],
  'record-empty': [{ name: 'NAME' }],
  'record-too-large': [{ name: 'NAME', length: 70_000 }],
  'records-broken': [{ file, offset: 12 }],
  'device-list-too-large': [{ file, maxRows: 100, maxBytes: 2000 }],
  'device-list-encoding': [{ file }],
  'device-list-empty': [{ file }],
  'device-list-faulty': [0, 3].map(more => ({
    file,
    faults: [
      { line: 2, problem: { kind: 'certificate-name-empty' } },
      { line: 3, problem: { kind: 'csv-cells', found: 1, expected: 2 } },
    ],
    more,
  })),
  'device-folder-taken': [{ folder, line: 4 }],
  'certificate-name-empty': [{}],
  'certificate-name-invalid': [{ name: 'NAME' }],
  'client-name-invalid': [{ name: 'NAME', most: 64 }],
  'certificate-option-invalid': [{ option: 'OPTION', value: 'VALUE', allowed: 'ALLOWED' }],
  'organization-invalid': [{ organization: 'ORGANIZATION', most: 64 }],
  'csv-malformed': [{ fault: 'quotes' }, { fault: 'too long' }],
  'csv-cells': [{ found: 1, expected: 2 }],
  'csv-column-unknown': [{ column: 'COLUMN', known: 'KNOWN' }],
  'csv-column-twice': [{ column: 'COLUMN' }],
  'csv-column-missing': [{ column: 'COLUMN' }],
  'device-folder-invalid': [{ folder }],
  'device-folder-twice': [{ folder, line: 5 }],

  // Servers
  'server-address-wrong': [{ address: 'ADDRESS' }],
  'server-unknown': [{ host: 'HOST', reason }],
  'server-unreachable': [{ server: 'SERVER', reason }],
  'server-not-tls': [{ server: 'SERVER', beginning: 'BEGINNING' }],
  'server-silent': (['silent', 'closed', 'damaged'] as const).map(answer => ({ server: 'SERVER', answer })),

  // The flash and boards
  'nothing-to-flash': [{ folder }],
  'layout-wrong': [{ findings: ['One.', 'Two.'] }],
  'dump-size': [{ file, size: 12 }],
  'port-missing': [
    { port, ports: [] },
    { port, ports: ['A', 'B'] },
  ],
  'port-unnamed': [{ ports: [] }, { ports: ['A', 'B'] }],
  'port-forbidden': [{ port }],
  'port-busy': [{ port }],
  'port-unusable': [{ port, reason }],
  'port-lost': [{ port }],
  'serial-unavailable': [{ reason }],
  'chip-silent': [{ port }],
  'chip-wrong': [{ word: 0xf01d83 }],
  'chip-flash-small': [{ found: 'FOUND', map: 'MAP' }],
  'board-failed': [{ port, reason }],
  'flash-differs': [{ file, address: 0x77000 }],

  // Projects and sources
  'library-not-in-sdk': [{ library: 'LIBRARY', since: 'SINCE' }],
  'setting-wrong': [
    { setting: 'SETTING', expected: 'EXPECTED' },
    { setting: 'SETTING', expected: 'EXPECTED', file },
  ],
  'path-outside': [{ file, setting: 'SETTING' }],
  'project-file-broken': [{ file, line: 6, reason }],
  'project-name-invalid': [{ name: 'NAME' }],
  'folder-not-empty': [{ folder }],
  'template-unknown': [{ template: 'TEMPLATE', known: 'KNOWN' }],
  'analysis-stopped': [{ reason: 'memory' }, { reason: 'silence' }, { reason: { fault: 'FAULT' } }],
  'file-of-others': [{ files: ['a.c', 'b.c'] }],
  'no-c-sources': [{ folder }],
  'project-not-checked': [
    { project: 'PROJECT', reason: 'memory' },
    { project: 'PROJECT', reason: { fault: 'FAULT' } },
  ],

  // The simulator
  'image-unknown': [{ number: 2, address: 0x81000 }],
  'no-image': [{ file }],
  'nothing-at-start': (['nothing', 'cut-off', 'checksum'] as const).map(fault => ({ fault })),
  'flash-file-missing': [{ file }],
  'flash-file-too-large': [{ file, address: 0xff000, length: 8192, flashSize: 0x100000 }],
  'not-a-capture': [{ file }],
  'flash-image-size': [{ size: 5, flashSize: 0x100000 }],
  'port-refused': [{ port: 443, reason }],
  'terminal-unavailable': [{ reason }],
  'state-of-another-device': [{}],
  'state-with-connections': [{}],
  'replay-diverged': [{ instructions: 1234 }],
  'replay-with-connections': [{}],

  // Firmware and expressions
  'not-an-elf': (['library', 'flash image', 'other'] as const).map(found => ({ file, found })),
  'elf-of-another-chip': [{ file, machine: 62 }],
  'elf-of-another-byte-order': [{ file }],
  'elf-not-linked': [{ file }],
  'elf-truncated': [
    { file, part: { kind: 'header' } },
    { file, part: { kind: 'section headers' } },
    { file, part: { kind: 'symbol table' } },
    { file, part: { kind: 'segment', index: 1 } },
    { file, part: { kind: 'section', index: 2 } },
  ],
  'elf-section-too-large': [{ file, section: 'SECTION', length: 5_000_000_000 }],
  'elf-compression-unknown': [{ file, section: 'SECTION' }],
  'elf-has-no-symbols': [{ file }],
  'elf-of-rtos-sdk': [{ file }],
  'elf-has-no-user-init': [{ file }],
  'elf-has-no-code': [{ file }],
  'elf-segments-overlap': [{ file, address: 0x40100000 }],
  'elf-outside-memory': [{ file, address: 0x50000000, length: 16 }],
  'expression-too-long': [{ length: 5000, most: 1000 }],
  'expression-malformed': [{ expression: 'a +', found: 'FOUND' }],
  'expression-changes': [{ operator: '++' }],
  'name-unknown': [{ name: 'NAME' }],
  'member-unknown': [{ member: 'MEMBER', type: 'TYPE' }],
  'operator-unfit': [{ operator: '*', type: 'TYPE' }],
  'not-a-number': [{ expression: 'EXPRESSION', type: 'TYPE' }],
  'value-missing': [{ expression: 'EXPRESSION', reason }],
  'division-by-zero': [{}],

  usage: [{ message: 'MESSAGE' }],
};

const all = Object.entries(examples).flatMap(([kind, known]) =>
  known.map(each => ({ kind, ...each }) as Problem),
);

describe('problems', () => {
  it('are told in the words of the golden text, in a terminal and in the editor', () => {
    const texts = all.map(problem => {
      const [terminal, editor] = [sentence(problem, 'terminal'), sentence(problem, 'editor')];
      const remedies = remediesOf(problem);
      return [
        `${problem.kind}: ${terminal}`,
        ...(editor === terminal ? [] : [`  in the editor: ${editor}`]),
        ...(remedies.length === 0 ? [] : [`  remedies: ${remedies.join(', ')}`]),
        '',
      ].join('\n');
    });
    expectGolden(path.join(__dirname, 'problemWords.golden.txt'), texts.join(''));
  });

  it('are errors with the words of the editor', () => {
    for (const problem of all) assert.equal(new ProblemError(problem).message, sentence(problem, 'editor'));
  });

  it('leave nothing open in their words', () => {
    for (const problem of all)
      assert.doesNotMatch(sentence(problem, 'terminal'), /undefined|\{\d|NaN|\[object/);
  });

  it('are those of a line of a list, or of what is around it', () => {
    const ofLines = new Set(all.filter(isRequestProblem).map(({ kind }) => kind));
    assert.ok(ofLines.has('csv-cells') && ofLines.has('certificate-name-invalid'));
    for (const kind of ['device-list-empty', 'folder-in-use', 'ca-unusable', 'usage'] as const)
      assert.ok(!new Set<string>(ofLines).has(kind), kind);
  });
});
