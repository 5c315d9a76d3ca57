import * as l10n from '@vscode/l10n';

/**
 * Everything that can go wrong with what a user hands us, as data. Code throws a {@link ProblemError};
 * {@link sentence} is the only place that words it. Paths are as the user gave them.
 */
export type Problem =
  | { kind: 'file-unreadable'; file: string; reason: string }
  | { kind: 'folder-unwritable'; folder: string; reason: string }
  | { kind: 'file-unwritable'; file: string; reason: string }
  | { kind: 'not-an-elf'; file: string; found: 'library' | 'flash image' | 'other' }
  | { kind: 'elf-of-another-chip'; file: string; machine: number }
  | { kind: 'elf-of-another-byte-order'; file: string }
  | { kind: 'elf-not-linked'; file: string }
  | { kind: 'elf-truncated'; file: string; part: ElfPart }
  | { kind: 'elf-section-too-large'; file: string; section: string; length: number }
  | { kind: 'elf-compression-unknown'; file: string; section: string }
  | { kind: 'elf-has-no-symbols'; file: string }
  | { kind: 'elf-of-rtos-sdk'; file: string }
  | { kind: 'elf-has-no-user-init'; file: string }
  | { kind: 'elf-has-no-code'; file: string }
  | { kind: 'elf-segments-overlap'; file: string; address: number }
  | { kind: 'elf-outside-memory'; file: string; address: number; length: number }
  | { kind: 'certificate-name-empty' }
  | { kind: 'certificate-name-invalid'; name: string }
  | { kind: 'certificate-option-invalid'; option: string; value: string; allowed: string }
  | { kind: 'organization-invalid'; organization: string; most: number }
  | { kind: 'ca-unusable'; file: string; reason: CaFault }
  | { kind: 'no-credentials'; file: string }
  | { kind: 'credentials-too-large'; file: string; size: number; most: number }
  | { kind: 'decryption-failed'; file: string; fault: DecryptionFault }
  | { kind: 'certificate-missing'; file: string }
  | { kind: 'key-missing'; file: string }
  | { kind: 'key-not-rsa'; file: string }
  | { kind: 'certificate-of-another-key'; file: string; keyFile: string }
  | { kind: 'another-ca-in-folder'; file: string }
  | { kind: 'files-in-the-way'; folder: string; files: string[] }
  | { kind: 'device-list-too-large'; file: string; mostRows: number; mostBytes: number }
  | { kind: 'device-list-encoding'; file: string }
  | { kind: 'device-list-empty'; file: string }
  | { kind: 'device-list-faulty'; file: string; faults: LineFault[]; more: number }
  | { kind: 'csv-malformed'; fault: 'quotes' | 'too long' }
  | { kind: 'csv-cells'; found: number; expected: number }
  | { kind: 'csv-column-unknown'; column: string; known: string }
  | { kind: 'csv-column-twice'; column: string }
  | { kind: 'csv-column-missing'; column: string }
  | { kind: 'device-folder-invalid'; folder: string }
  | { kind: 'device-folder-twice'; folder: string; line: number }
  | { kind: 'device-folder-taken'; folder: string; line: number }
  | { kind: 'manifest-broken'; file: string }
  | { kind: 'bad-set-there'; folder: string }
  | { kind: 'sign-command-shell'; command: string; word: string }
  | { kind: 'sign-command-incomplete'; command: string }
  | { kind: 'sign-command-failed'; command: string; name: string; reason: string; said: string }
  | { kind: 'signed-certificate-wrong'; name: string; reason: SignedFault }
  | { kind: 'record-name-invalid'; name: string }
  | { kind: 'record-name-too-long'; name: string }
  | { kind: 'record-empty'; name: string }
  | { kind: 'record-too-large'; name: string; length: number }
  | { kind: 'records-broken'; file: string; offset: number }
  | { kind: 'image-unknown'; number: 1 | 2; address: number }
  | { kind: 'no-image'; file: string }
  | { kind: 'nothing-at-start'; fault: 'nothing' | 'cut-off' | 'checksum' }
  | { kind: 'flash-file-missing'; file: string }
  | { kind: 'flash-file-too-large'; file: string; address: number; length: number; flashSize: number }
  | { kind: 'port-missing'; port: string; ports: string[] }
  | { kind: 'port-unnamed'; ports: string[] }
  | { kind: 'port-forbidden'; port: string }
  | { kind: 'port-busy'; port: string }
  | { kind: 'port-unusable'; port: string; reason: string }
  | { kind: 'port-lost'; port: string }
  | { kind: 'serial-unavailable'; reason: string }
  | { kind: 'terminal-unavailable'; reason: string }
  | { kind: 'chip-silent'; port: string }
  | { kind: 'chip-wrong'; word: number }
  | { kind: 'chip-flash-small'; found: string; map: string }
  | { kind: 'board-failed'; port: string; reason: string }
  | { kind: 'burn-differs'; file: string; address: number }
  | { kind: 'nothing-to-burn'; folder: string }
  | { kind: 'layout-wrong'; findings: string[] }
  | { kind: 'program-failed'; program: string; reason: string }
  | { kind: 'setting-wrong'; setting: string; expected: string; file?: string | undefined }
  | { kind: 'project-file-broken'; file: string; line: number; reason: string }
  | { kind: 'flash-image-size'; size: number; flashSize: number }
  | { kind: 'port-refused'; port: number; reason: string }
  | { kind: 'expression-too-long'; length: number; most: number }
  | { kind: 'expression-malformed'; expression: string; found: string }
  | { kind: 'expression-changes'; operator: string }
  | { kind: 'name-unknown'; name: string }
  | { kind: 'member-unknown'; member: string; type: string }
  | { kind: 'operator-unfit'; operator: string; type: string }
  | { kind: 'not-a-number'; expression: string; type: string }
  | { kind: 'value-missing'; expression: string; reason: string }
  | { kind: 'division-by-zero' }
  | { kind: 'server-address-wrong'; address: string }
  | { kind: 'server-unknown'; host: string; reason: string }
  | { kind: 'server-unreachable'; server: string; reason: string }
  | { kind: 'server-not-tls'; server: string; beginning: string }
  | { kind: 'server-silent'; server: string; answer: 'silent' | 'closed' | 'damaged' }
  | { kind: 'file-exists'; file: string }
  | { kind: 'file-of-others'; file: string }
  | { kind: 'no-c-sources'; folder: string }
  | { kind: 'project-not-checked'; project: string; reason: 'memory' | { fault: string } }
  | { kind: 'dump-size'; file: string; size: number }
  | { kind: 'usage'; message: string };

/** What of an ELF cannot be read. */
export type ElfPart =
  | { kind: 'header' }
  | { kind: 'section headers' }
  | { kind: 'symbol table' }
  | { kind: 'segment'; index: number }
  | { kind: 'section'; index: number };

/** Why something that a passphrase protects cannot be had. */
export type DecryptionFault =
  | { kind: 'passphrase-missing' }
  | { kind: 'passphrase-wrong' }
  /** An algorithm that is not known here: its name or object identifier. */
  | { kind: 'algorithm-unknown'; algorithm: string }
  /** Deriving the keys would take many seconds. */
  | { kind: 'too-many-rounds' };

/** Why a CA cannot sign. */
export type CaFault = 'incomplete' | 'unreadable' | 'not-rsa' | 'not-a-ca' | 'other-key' | 'expired';

/** What is wrong in a line of a list. */
export interface LineFault {
  line: number;
  problem: Problem;
}

/** Why what another CA gave back is no use. */
export type SignedFault =
  'no-certificate' | 'other-key' | 'other-name' | 'other-ca' | 'expired' | 'serial-repeated';

/** A {@link Problem} on its way to the place that shows it. */
export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    options?: ErrorOptions,
  ) {
    super(sentence(problem), options);
    this.name = 'ProblemError';
  }
}

/** One line that says what is wrong, with which file, and what to do, in the language in use. */
export function sentence(problem: Problem): string {
  switch (problem.kind) {
    case 'file-unreadable':
      return l10n.t(
        '{0} cannot be read ({1}). Check the path and its permissions.',
        problem.file,
        problem.reason,
      );
    case 'folder-unwritable':
      return l10n.t(
        '{0} cannot be written to ({1}). Choose another folder or change its permissions.',
        problem.folder,
        problem.reason,
      );
    case 'file-unwritable':
      return l10n.t(
        '{0} cannot be written ({1}). Check its folder, its permissions and the space on the disk.',
        problem.file,
        problem.reason,
      );
    case 'not-an-elf':
      return notAnElf(problem.file, problem.found);
    case 'elf-of-another-chip':
      return l10n.t(
        '{0} is for another processor (ELF machine {1}, expected 94, Xtensa). Choose firmware built by xtensa-lx106-elf-gcc.',
        problem.file,
        problem.machine,
      );
    case 'elf-of-another-byte-order':
      return l10n.t(
        '{0} is for a big-endian or 64-bit processor; the ESP8266 is little-endian and has 32 bits. Choose firmware built by xtensa-lx106-elf-gcc.',
        problem.file,
      );
    case 'elf-not-linked':
      return l10n.t(
        '{0} is an object file or a shared library, not linked firmware. Choose what the linker has made of all object files, for example eagle.app.v6.out or firmware.elf.',
        problem.file,
      );
    case 'elf-truncated':
      return l10n.t(
        '{0} is damaged or cut off: {1} does not fit in the file. Build it again.',
        problem.file,
        elfPart(problem.part),
      );
    case 'elf-section-too-large':
      return l10n.t(
        '{0} is damaged: its section {1} says that it has {2} bytes when it is unpacked, more than any firmware’s. Build it again.',
        problem.file,
        problem.section,
        problem.length,
      );
    case 'elf-compression-unknown':
      return l10n.t(
        '{0}: section {1} is compressed in another way than zlib’s. Build it with -gz=zlib, or without -gz.',
        problem.file,
        problem.section,
      );
    case 'elf-has-no-symbols':
      return l10n.t(
        '{0} has no symbols, so no SDK function can be found in it. Use the ELF before it was stripped.',
        problem.file,
      );
    case 'elf-of-rtos-sdk':
      return l10n.t(
        '{0} is firmware of the RTOS SDK (FreeRTOS); the simulator runs firmware of the NON-OS SDK. Choose an ELF linked with that.',
        problem.file,
      );
    case 'elf-has-no-user-init':
      return l10n.t(
        '{0} has no function user_init, where NON-OS SDK firmware begins. Link the object that defines it.',
        problem.file,
      );
    case 'elf-has-no-code':
      return l10n.t(
        '{0} has a name for user_init but no code there: only debug information, as objcopy --only-keep-debug leaves it. Choose the ELF that it was taken from.',
        problem.file,
      );
    case 'elf-segments-overlap':
      return l10n.t(
        '{0} puts two segments at the same address, {1}. Check the linker script.',
        problem.file,
        hex(problem.address),
      );
    case 'elf-outside-memory':
      return l10n.t(
        '{0} puts {1} bytes at {2}, where the ESP8266 has no memory. Check the linker script.',
        problem.file,
        problem.length,
        hex(problem.address),
      );
    case 'certificate-name-empty':
      return l10n.t(
        'The certificate needs the address or name of the device. Give an address such as 192.168.4.1, or a host name.',
      );
    case 'certificate-name-invalid':
      return l10n.t(
        '“{0}” is neither an IPv4 address nor a host name. Give an address such as 192.168.4.1, or a host name.',
        problem.name,
      );
    case 'certificate-option-invalid':
      return l10n.t(
        '“{0}” is not a value for {1}. Allowed: {2}.',
        problem.value,
        problem.option,
        problem.allowed,
      );
    case 'organization-invalid':
      return l10n.t(
        '“{0}” cannot be the organization in a certificate. Give 1 to {1} characters, none of them a control character.',
        problem.organization,
        problem.most,
      );
    case 'ca-unusable':
      return l10n.t(
        '{0} cannot sign: {1}. Put the right file there, or ask for a new CA (--new-ca), which clients then have to trust anew.',
        problem.file,
        caFault(problem.reason),
      );
    case 'no-credentials':
      return l10n.t(
        '{0} holds no certificate and no private key that can be read. Give PEM, DER, PKCS#7 or PKCS#12.',
        problem.file,
      );
    case 'credentials-too-large':
      return l10n.t(
        '{0} has {1} bytes; files with certificates and keys have at most {2}. Choose the right one.',
        problem.file,
        problem.size,
        problem.most,
      );
    case 'decryption-failed':
      return decryptionFault(problem.file, problem.fault);
    case 'certificate-missing':
      return l10n.t('{0} holds no certificate. Give the file with the certificate, too.', problem.file);
    case 'key-missing':
      return l10n.t(
        '{0} holds no private key. Give the file with the key, which was made with the request, too.',
        problem.file,
      );
    case 'key-not-rsa':
      return l10n.t('The key in {0} is not RSA, and the device knows nothing else.', problem.file);
    case 'certificate-of-another-key':
      return l10n.t(
        '{0} holds no certificate for the key in {1}. Nothing was written; give the certificate that was made from this key’s request.',
        problem.file,
        problem.keyFile,
      );
    case 'another-ca-in-folder':
      return l10n.t(
        '{0} is the key of another CA. Choose another folder, so that this CA can go on signing.',
        problem.file,
      );
    case 'files-in-the-way':
      return l10n.t(
        'In {0} there are other files of the same names: {1}. Nothing was written; choose another folder, or let them be replaced (--force).',
        problem.folder,
        problem.files.join(', '),
      );
    case 'device-list-too-large':
      return l10n.t(
        '{0} has more than {1} rows or {2} bytes. Divide the list; the parts may go into the same folder.',
        problem.file,
        problem.mostRows,
        problem.mostBytes,
      );
    case 'device-list-encoding':
      return l10n.t('{0} is not text in UTF-8. Save it as CSV UTF-8.', problem.file);
    case 'device-list-empty':
      return l10n.t(
        '{0} lists no device. It needs a first row with the names of the columns, such as name, and a row for each device.',
        problem.file,
      );
    case 'device-list-faulty': {
      const lines = problem.faults
        .map(fault => l10n.t('line {0}: {1}', fault.line, sentence(fault.problem)))
        .join(' ');
      return problem.more === 0
        ? l10n.t('{0}, nothing was written: {1}', problem.file, lines)
        : l10n.t('{0}, nothing was written: {1} And {2} more lines.', problem.file, lines, problem.more);
    }
    case 'csv-malformed':
      return problem.fault === 'quotes'
        ? l10n.t(
            'A quotation mark stands where none may, or is never closed. Inside of quotes it is written twice.',
          )
        : l10n.t('The row is too long. Perhaps a quotation mark is never closed.');
    case 'csv-cells':
      return l10n.t('The row has {0} values, the first row has {1}.', problem.found, problem.expected);
    case 'csv-column-unknown':
      return l10n.t('There is no column “{0}”. Columns: {1}.', problem.column, problem.known);
    case 'csv-column-twice':
      return l10n.t('The column “{0}” is there twice.', problem.column);
    case 'csv-column-missing':
      return l10n.t('The column “{0}” is missing.', problem.column);
    case 'device-folder-invalid':
      return l10n.t(
        '“{0}” cannot be the folder of a device. Give one in the column “folder”: up to 64 letters, digits, “-”, “_” and “.”, beginning with a letter or digit; not ca or manifest.',
        problem.folder,
      );
    case 'device-folder-twice':
      return l10n.t(
        'The folder “{0}” is that of line {1}, too. Devices of the same name need different ones in the column “folder”.',
        problem.folder,
        problem.line,
      );
    case 'device-folder-taken':
      return l10n.t(
        '{0} is there and does not hold a certificate as line {1} of the list asks for it, by this CA and valid for more than a day. Remove the folder, change the line, or choose another --out. Nothing was written.',
        problem.folder,
        problem.line,
      );
    case 'manifest-broken':
      return l10n.t(
        '{0} is not a manifest of devices. Put the right one back, or move it away: its serial numbers are then forgotten.',
        problem.file,
      );
    case 'bad-set-there':
      return l10n.t(
        '{0} is there already. The bad certificates are made into a new folder only: remove it or choose another.',
        problem.folder,
      );
    case 'sign-command-shell':
      return l10n.t(
        'The command “{0}” runs without a shell, where “{1}” has no meaning. Put it in quotes, or the whole into sh -c.',
        problem.command,
        problem.word,
      );
    case 'sign-command-incomplete':
      return l10n.t(
        'The command “{0}” does not take the request. Write {csr} where it wants its file.',
        problem.command,
      );
    case 'sign-command-failed':
      return problem.said === ''
        ? l10n.t('The command “{0}” failed for {1} ({2}).', problem.command, problem.name, problem.reason)
        : l10n.t(
            'The command “{0}” failed for {1} ({2}): {3}',
            problem.command,
            problem.name,
            problem.reason,
            problem.said,
          );
    case 'signed-certificate-wrong':
      return l10n.t(
        'What the command gave back for {0} is no use: {1}. The devices before are there; the same command goes on.',
        problem.name,
        signedFault(problem.reason),
      );
    case 'record-name-invalid':
      return l10n.t(
        '“{0}” cannot be the name of a flash record. Use letters, digits and signs of ASCII.',
        problem.name,
      );
    case 'record-name-too-long':
      return l10n.t(
        'The record name “{0}” is longer than the 32 bytes a flash record has for it. Use a shorter file name.',
        problem.name,
      );
    case 'record-empty':
      return l10n.t('{0} is empty, so there is nothing to put into a flash record.', problem.name);
    case 'record-too-large':
      return l10n.t(
        '{0} has {1} bytes; a flash record holds at most 65,534. Use a smaller certificate.',
        problem.name,
        problem.length,
      );
    case 'records-broken':
      return l10n.t(
        '{0} is not a list of certificate records: what stands at byte {1} does not fit. Generate it again.',
        problem.file,
        problem.offset,
      );
    case 'image-unknown':
      return l10n.t(
        'The flash holds a sound image at {0} (user{1}), but none of the named ELFs has its code, so it cannot be simulated. Name the ELF it was made from ("upgrades" in the settings, --upgrade FILE).',
        hex(problem.address),
        problem.number,
      );
    case 'no-image':
      return l10n.t(
        'The boot loader finds no image that can be started: the firmware has overwritten {0} in the flash. Delete the flash image or start again.',
        problem.file,
      );
    case 'nothing-at-start':
      return problem.fault === 'nothing'
        ? l10n.t(
            'Nothing that the chip could start lies at address 0 of the flash: burn boot.bin there, or eagle.flash.bin for firmware without updates.',
          )
        : l10n.t(
            'What lies at address 0 of the flash is damaged, so the chip does not start: burn boot.bin or eagle.flash.bin there again.',
          );
    case 'flash-file-missing':
      return l10n.t(
        '{0} is missing, so the device has no certificate in its flash. Run “ESP8266 SSL: Generate Certificates…” or “esp8266-ssl certs” first.',
        problem.file,
      );
    case 'flash-file-too-large':
      return l10n.t(
        '{0} ({1} bytes) does not fit into the flash of {2} bytes at {3}. Choose another address.',
        problem.file,
        problem.length,
        problem.flashSize,
        hex(problem.address),
      );
    case 'port-missing':
      return problem.ports.length === 0
        ? l10n.t(
            'There is no serial port {0}, nor any other. Plug the board in, and install the driver of its USB adapter if that does not help.',
            problem.port,
          )
        : l10n.t('There is no serial port {0}. There are: {1}.', problem.port, problem.ports.join(', '));
    case 'port-unnamed':
      return problem.ports.length === 0
        ? l10n.t(
            'There is no serial port. Plug the board in, and install the driver of its USB adapter if that does not help.',
          )
        : l10n.t('Name the serial port of the board. There are: {0}.', problem.ports.join(', '));
    case 'port-forbidden':
      return l10n.t(
        'You may not use the serial port {0}. On Linux, become a member of its group (sudo usermod -aG dialout $USER) and log in again.',
        problem.port,
      );
    case 'port-busy':
      return l10n.t(
        'Another program uses the serial port {0}. Close it: a terminal, a serial monitor or another burn.',
        problem.port,
      );
    case 'port-unusable':
      return l10n.t('The serial port {0} cannot be opened: {1}.', problem.port, problem.reason);
    case 'port-lost':
      return l10n.t(
        'The serial port {0} is gone: the board was unplugged. Plug it in and burn again; what its flash holds is incomplete.',
        problem.port,
      );
    case 'serial-unavailable':
      return l10n.t(
        'Serial ports cannot be used on this computer ({0}). Burn with the esptool of Python instead: --command shows how.',
        problem.reason,
      );
    case 'terminal-unavailable':
      return l10n.t(
        'No pseudo-terminal can be made, for which python3 is needed ({0}). Make a pair of serial ports yourself (with socat, or com0com on Windows) and name one end: --serial-port PORT.',
        problem.reason,
      );
    case 'chip-silent':
      return l10n.t(
        'No chip answers at {0}. Hold GPIO0 low (the FLASH button) while you reset the board, and check that it is its port and that TX and RX are not swapped.',
        problem.port,
      );
    case 'chip-wrong':
      return l10n.t(
        'The chip is no ESP8266: its ROM has {0} where an ESP8266 has 0xfff0c101. Choose the port of another board.',
        hex(problem.word),
      );
    case 'chip-flash-small':
      return l10n.t(
        'The flash of this board has {0}, the layout needs {1}. Choose a smaller map.',
        problem.found,
        problem.map,
      );
    case 'board-failed':
      return l10n.t(
        'The board at {0} has stopped answering: {1}. Try again, with a lower baud rate if need be.',
        problem.port,
        problem.reason,
      );
    case 'burn-differs':
      return l10n.t(
        'At {1} the flash does not hold what was written ({0}): its MD5 differs. Burn again; if that does not help, the flash is worn out or wired badly (try the mode dio or dout).',
        problem.file,
        hex(problem.address),
      );
    case 'nothing-to-burn':
      return l10n.t(
        'There is nothing to burn in {0}: generate certificates, or name files under "flash" in esp8266-ssl.json.',
        problem.folder,
      );
    case 'layout-wrong':
      return l10n.t('The flash layout is wrong, so nothing was burnt. {0}', problem.findings.join(' '));
    case 'program-failed':
      return l10n.t('{0} has failed ({1}).', problem.program, problem.reason);
    case 'setting-wrong':
      if (problem.file !== undefined)
        return l10n.t('{0}: "{1}" must be {2}.', problem.file, problem.setting, problem.expected);
      return l10n.t(
        '"{0}" in the settings of the simulation must be {1}.',
        problem.setting,
        problem.expected,
      );
    case 'project-file-broken':
      return l10n.t('{0} is no valid JSON: {1} in line {2}.', problem.file, problem.reason, problem.line);
    case 'flash-image-size':
      return l10n.t(
        'The flash image holds {0} bytes, the flash has {1}: set "flashSize" to the size of the image, or delete the file.',
        problem.size,
        problem.flashSize,
      );
    case 'port-refused':
      return l10n.t(
        'Port {0} of this computer cannot be opened ({1}). Choose another port.',
        problem.port,
        problem.reason,
      );
    case 'expression-too-long':
      return l10n.t(
        'The expression has {0} characters; at most {1} are possible.',
        problem.length,
        problem.most,
      );
    case 'expression-malformed':
      return problem.found === ''
        ? l10n.t('“{0}” is not a complete C expression: something is missing at its end.', problem.expression)
        : l10n.t('“{0}” is not a C expression: “{1}” does not fit there.', problem.expression, problem.found);
    case 'expression-changes':
      return l10n.t(
        '“{0}” is not possible here: an expression must not change the device.',
        problem.operator,
      );
    case 'name-unknown':
      return l10n.t(
        '“{0}” is not known here. The firmware has no variable, function, enumerator or type of this name in scope.',
        problem.name,
      );
    case 'member-unknown':
      return l10n.t('“{0}” is not a member of {1}.', problem.member, problem.type);
    case 'operator-unfit':
      return l10n.t('“{0}” cannot be applied to a value of type {1}.', problem.operator, problem.type);
    case 'not-a-number':
      return l10n.t('{0} is of type {1}, which is not a number.', problem.expression, problem.type);
    case 'value-missing':
      return l10n.t('{0} has no value here: {1}', problem.expression, problem.reason);
    case 'division-by-zero':
      return l10n.t('The expression divides by zero.');
    case 'server-address-wrong':
      return l10n.t(
        '“{0}” is not the address of a server. Give a name or an address and a port, such as broker.example:8883 or [2001:db8::1]:443.',
        problem.address,
      );
    case 'server-unknown':
      return l10n.t(
        'The name {0} cannot be resolved ({1}). Check how it is written, and the network.',
        problem.host,
        problem.reason,
      );
    case 'server-unreachable':
      return l10n.t(
        '{0} cannot be reached ({1}). Check the port, the firewall and whether the server runs.',
        problem.server,
        problem.reason,
      );
    case 'server-not-tls':
      return l10n.t(
        '{0} does not speak TLS: its answer begins with “{1}”. Choose the port at which it does, often 443 or 8883.',
        problem.server,
        problem.beginning,
      );
    case 'server-silent':
      return serverSilent(problem.server, problem.answer);
    case 'file-of-others':
      return l10n.t(
        '{0} is there already. With --force it gets what is needed; what else is in it stays.',
        problem.file,
      );
    case 'no-c-sources':
      return l10n.t('There are no C sources in {0}. Choose the folder of the firmware.', problem.folder);
    case 'project-not-checked':
      return problem.reason === 'memory'
        ? l10n.t(
            '{0} could not be checked: the memory does not suffice. Leave out what is no source of it, or give Node.js more: NODE_OPTIONS=--max-old-space-size=4096.',
            problem.project,
          )
        : l10n.t(
            '{0} could not be checked ({1}). Nothing a program says may do that to esp8266-ssl: please report it.',
            problem.project,
            problem.reason.fault,
          );
    case 'file-exists':
      return l10n.t(
        '{0} is there already and has other contents. Choose another file, or replace it with --force.',
        problem.file,
      );
    case 'dump-size':
      return l10n.t(
        '{0} has {1} bytes, which no flash has: a dump of a whole flash is 256 KB, 512 KB, 1, 2, 4, 8 or 16 MB large.',
        problem.file,
        problem.size,
      );
    case 'usage':
      return problem.message;
  }
}

function serverSilent(server: string, answer: 'silent' | 'closed' | 'damaged'): string {
  switch (answer) {
    case 'silent':
      return l10n.t(
        '{0} takes the connection and says nothing. Check whether the port is one for TLS.',
        server,
      );
    case 'closed':
      return l10n.t(
        '{0} ends the connection without an answer, whatever the client offers. Check whether the port is one for TLS, and whether the server takes connections from this computer.',
        server,
      );
    case 'damaged':
      return l10n.t(
        '{0} sends something that is no TLS handshake. Check the server and what stands between it and this computer.',
        server,
      );
  }
}

function notAnElf(file: string, found: 'library' | 'flash image' | 'other'): string {
  switch (found) {
    case 'library':
      return l10n.t(
        '{0} is not an ELF file but a library of object files. Choose the firmware that it was linked into, for example eagle.app.v6.out or firmware.elf.',
        file,
      );
    case 'flash image':
      return l10n.t(
        '{0} is not an ELF file but an image for the flash. Choose the ELF it was made from (.out or .elf): it has the symbols that the simulator needs.',
        file,
      );
    case 'other':
      return l10n.t(
        '{0} is not an ELF file. Choose the linked firmware, for example eagle.app.v6.out or firmware.elf, not a .bin made from it.',
        file,
      );
  }
}

function elfPart(part: ElfPart): string {
  switch (part.kind) {
    case 'header':
      return l10n.t('the ELF header');
    case 'section headers':
      return l10n.t('the table of sections');
    case 'symbol table':
      return l10n.t('the symbol table');
    case 'segment':
      return l10n.t('segment {0}', part.index);
    case 'section':
      return l10n.t('section {0}', part.index);
  }
}

function decryptionFault(file: string, fault: DecryptionFault): string {
  switch (fault.kind) {
    case 'passphrase-missing':
      return l10n.t(
        '{0} is encrypted: it needs its passphrase (--passphrase-file, or ESP8266_SSL_PASSPHRASE in the environment).',
        file,
      );
    case 'passphrase-wrong':
      return l10n.t('The passphrase is not that of {0}.', file);
    case 'algorithm-unknown':
      return l10n.t(
        '{0} is encrypted with {1}, which is not known here. Export it again with AES, for example by “openssl pkcs8 -topk8 -v2 aes-256-cbc”.',
        file,
        fault.algorithm,
      );
    case 'too-many-rounds':
      return l10n.t(
        '{0} asks for so many rounds to make a key of the passphrase that it would take many seconds. Export it again with fewer.',
        file,
      );
  }
}

function caFault(reason: CaFault): string {
  switch (reason) {
    case 'incomplete':
      return l10n.t('of certificate and key one is missing');
    case 'unreadable':
      return l10n.t('it is damaged or of another kind');
    case 'not-rsa':
      return l10n.t('its key is not RSA, and the device knows nothing else');
    case 'not-a-ca':
      return l10n.t('it says itself that it is no CA certificate');
    case 'other-key':
      return l10n.t('certificate and key do not belong together');
    case 'expired':
      return l10n.t('it has expired');
  }
}

function signedFault(reason: SignedFault): string {
  switch (reason) {
    case 'no-certificate':
      return l10n.t('it is no certificate in PEM or DER');
    case 'other-key':
      return l10n.t('the certificate is for another key');
    case 'other-name':
      return l10n.t(
        'the certificate is for another name (openssl ca takes the name from the request only with copy_extensions = copy)',
      );
    case 'other-ca':
      return l10n.t('the certificate is not by the CA of --ca');
    case 'expired':
      return l10n.t('the certificate has expired');
    case 'serial-repeated':
      return l10n.t('another device has its serial number');
  }
}

/** An address or number as this field writes it: 0x40210000. */
export function hex(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
}
