import * as l10n from '@vscode/l10n';

/**
 * Everything that can go wrong with what a user hands us, as data. Code throws a {@link ProblemError};
 * {@link sentence} is the only place that words it. Paths are as the user gave them.
 */
export type Problem =
  | { kind: 'file-unreadable'; file: string; reason: string }
  | { kind: 'folder-unwritable'; folder: string; reason: string }
  | { kind: 'file-unwritable'; file: string; reason: string }
  | { kind: 'folder-in-use'; folder: string; lock: string; pid: number }
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
  | { kind: 'path-outside'; file: string; setting: string }
  | { kind: 'link-outside'; file: string }
  | { kind: 'not-for-shell'; word: string }
  | { kind: 'project-file-broken'; file: string; line: number; reason: string }
  | { kind: 'not-a-capture'; file: string }
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
  | { kind: 'project-name-invalid'; name: string }
  | { kind: 'folder-not-empty'; folder: string }
  | { kind: 'template-unknown'; template: string; known: string }
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
      return l10n.t('{0} cannot be read: {1}.', problem.file, problem.reason);
    case 'folder-unwritable':
      return l10n.t('{0} cannot be written to: {1}.', problem.folder, problem.reason);
    case 'file-unwritable':
      return l10n.t('{0} cannot be written: {1}.', problem.file, problem.reason);
    case 'folder-in-use':
      return l10n.t(
        'Another run (process {1}) is writing to {0}. Wait until it has ended; if there is no such process, delete {2}.',
        problem.folder,
        problem.pid,
        problem.lock,
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
        '{0} is an object file or a shared library, not linked firmware. Choose the output of the linker, for example eagle.app.v6.out or firmware.elf.',
        problem.file,
      );
    case 'elf-truncated':
      return l10n.t(
        '{0} is damaged or truncated: {1} extends beyond the end of the file. Build it again.',
        problem.file,
        elfPart(problem.part),
      );
    case 'elf-section-too-large':
      return l10n.t(
        '{0} is damaged: section {1} claims {2} bytes uncompressed, more than any firmware has. Build it again.',
        problem.file,
        problem.section,
        problem.length,
      );
    case 'elf-compression-unknown':
      return l10n.t(
        '{0}: section {1} is not compressed with zlib. Build it with -gz=zlib, or without -gz.',
        problem.file,
        problem.section,
      );
    case 'elf-has-no-symbols':
      return l10n.t(
        '{0} has no symbols, so its SDK functions cannot be found. Use the unstripped ELF.',
        problem.file,
      );
    case 'elf-of-rtos-sdk':
      return l10n.t(
        '{0} is firmware of the RTOS SDK (FreeRTOS); the simulator runs firmware of the NON-OS SDK. Choose an ELF linked with that.',
        problem.file,
      );
    case 'elf-has-no-user-init':
      return l10n.t(
        '{0} has no function user_init, the entry point of NON-OS SDK firmware. Link the object file that defines it.',
        problem.file,
      );
    case 'elf-has-no-code':
      return l10n.t(
        '{0} names user_init but has no code for it, only debug information, as after objcopy --only-keep-debug. Choose the ELF that the debug information was extracted from.',
        problem.file,
      );
    case 'elf-segments-overlap':
      return l10n.t(
        '{0} places two segments at the same address, {1}. Check the linker script.',
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
        '“{0}” is not a valid value for {1}. Allowed: {2}.',
        problem.value,
        problem.option,
        problem.allowed,
      );
    case 'organization-invalid':
      return l10n.t(
        '“{0}” cannot be the organization in a certificate. Use 1 to {1} characters without control characters.',
        problem.organization,
        problem.most,
      );
    case 'ca-unusable':
      return l10n.t(
        '{0} cannot sign: {1}. Put the right file there, or request a new CA (--new-ca), which clients must then trust.',
        problem.file,
        caFault(problem.reason),
      );
    case 'no-credentials':
      return l10n.t(
        '{0} contains no readable certificate or private key. Use PEM, DER, PKCS#7 or PKCS#12.',
        problem.file,
      );
    case 'decryption-failed':
      return decryptionFault(problem.file, problem.fault);
    case 'certificate-missing':
      return l10n.t('{0} contains no certificate. Add the file with the certificate.', problem.file);
    case 'key-missing':
      return l10n.t(
        '{0} contains no private key. Add the file with the key that was created with the request.',
        problem.file,
      );
    case 'key-not-rsa':
      return l10n.t('The key in {0} is not RSA, the only type that the device supports.', problem.file);
    case 'certificate-of-another-key':
      return l10n.t(
        '{0} contains no certificate for the key in {1}. Nothing was written. Use the certificate issued for this key’s request.',
        problem.file,
        problem.keyFile,
      );
    case 'another-ca-in-folder':
      return l10n.t(
        '{0} is the key of another CA. Choose another folder so that this CA can keep signing.',
        problem.file,
      );
    case 'files-in-the-way':
      return l10n.t(
        '{0} already has other files with these names: {1}. Nothing was written. Choose another folder, or allow replacing them (--force).',
        problem.folder,
        problem.files.join(', '),
      );
    case 'device-list-too-large':
      return l10n.t(
        '{0} has more than {1} rows or {2} bytes. Split the list; the parts can use the same folder.',
        problem.file,
        problem.mostRows,
        problem.mostBytes,
      );
    case 'device-list-encoding':
      return l10n.t('{0} is not UTF-8 text. Save it as CSV UTF-8.', problem.file);
    case 'device-list-empty':
      return l10n.t(
        '{0} lists no devices. The first row must name the columns, such as name; each further row is a device.',
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
        ? l10n.t('Unexpected or unclosed quotation mark. Inside quotes, write it twice.')
        : l10n.t('The row is too long. A quotation mark may be unclosed.');
    case 'csv-cells':
      return l10n.t('The row has {0} values, the first row has {1}.', problem.found, problem.expected);
    case 'csv-column-unknown':
      return l10n.t('Unknown column “{0}”. Columns: {1}.', problem.column, problem.known);
    case 'csv-column-twice':
      return l10n.t('The column “{0}” appears twice.', problem.column);
    case 'csv-column-missing':
      return l10n.t('The column “{0}” is missing.', problem.column);
    case 'device-folder-invalid':
      return l10n.t(
        '“{0}” cannot be the folder of a device. Set one in the column “folder”: up to 64 letters, digits, “-”, “_” and “.”, starting with a letter or digit; not ca or manifest.',
        problem.folder,
      );
    case 'device-folder-twice':
      return l10n.t(
        'The folder “{0}” is already used by line {1}. Give devices with the same name different folders in the column “folder”.',
        problem.folder,
        problem.line,
      );
    case 'device-folder-taken':
      return l10n.t(
        '{0} exists but does not contain the certificate that line {1} asks for, issued by this CA and valid for more than a day. Remove the folder, change the line, or choose another --out. Nothing was written.',
        problem.folder,
        problem.line,
      );
    case 'manifest-broken':
      return l10n.t(
        '{0} is not a device manifest. Restore the right one, or move it away; its serial numbers are then forgotten.',
        problem.file,
      );
    case 'bad-set-there':
      return l10n.t(
        '{0} already exists. The bad certificates need a new folder: remove this one or choose another.',
        problem.folder,
      );
    case 'sign-command-shell':
      return l10n.t(
        'The command “{0}” runs without a shell, so “{1}” has no effect. Quote it, or wrap the whole command in sh -c.',
        problem.command,
        problem.word,
      );
    case 'sign-command-incomplete':
      return l10n.t(
        'The command “{0}” does not use the request. Put {csr} where it expects the request file.',
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
        'The command returned an unusable result for {0}: {1}. The devices before it are done; run the same command to continue.',
        problem.name,
        signedFault(problem.reason),
      );
    case 'record-name-invalid':
      return l10n.t(
        '“{0}” cannot be the name of a flash record. Use ASCII letters, digits and punctuation.',
        problem.name,
      );
    case 'record-name-too-long':
      return l10n.t(
        'The record name “{0}” is longer than 32 bytes, the limit of a flash record. Use a shorter file name.',
        problem.name,
      );
    case 'record-empty':
      return l10n.t('{0} is empty, so there is nothing to write to a flash record.', problem.name);
    case 'record-too-large':
      return l10n.t(
        '{0} has {1} bytes; a flash record holds at most 65,534. Use a smaller certificate.',
        problem.name,
        problem.length,
      );
    case 'records-broken':
      return l10n.t(
        '{0} is not a list of certificate records: unexpected data at byte {1}. Generate it again.',
        problem.file,
        problem.offset,
      );
    case 'image-unknown':
      return l10n.t(
        'The flash holds a valid image at {0} (user{1}), but none of the given ELFs matches its code, so it cannot be simulated. Name the ELF it was made from ("upgrades" in the settings, --upgrade FILE).',
        hex(problem.address),
        problem.number,
      );
    case 'no-image':
      return l10n.t(
        'The boot loader finds no bootable image: the firmware overwrote {0} in the flash. Delete the flash image or run again.',
        problem.file,
      );
    case 'nothing-at-start':
      return problem.fault === 'nothing'
        ? l10n.t(
            'Nothing bootable is at flash address 0. Flash boot.bin there, or eagle.flash.bin for firmware without updates.',
          )
        : l10n.t(
            'The contents at flash address 0 are damaged, so the chip does not boot. Flash boot.bin or eagle.flash.bin there again.',
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
            'Serial port {0} does not exist, and no other was found. Connect the board; if that does not help, install the driver of its USB adapter.',
            problem.port,
          )
        : l10n.t('Serial port {0} does not exist. Available: {1}.', problem.port, problem.ports.join(', '));
    case 'port-unnamed':
      return problem.ports.length === 0
        ? l10n.t(
            'No serial port was found. Connect the board; if that does not help, install the driver of its USB adapter.',
          )
        : l10n.t('Name the serial port of the board. Available: {0}.', problem.ports.join(', '));
    case 'port-forbidden':
      return l10n.t(
        'No permission to use serial port {0}. On Linux, add yourself to its group (sudo usermod -aG dialout $USER) and log in again.',
        problem.port,
      );
    case 'port-busy':
      return l10n.t(
        'Serial port {0} is in use by another program. Close it: a terminal, a serial monitor or another flashing tool.',
        problem.port,
      );
    case 'port-unusable':
      return l10n.t('Serial port {0} cannot be opened: {1}.', problem.port, problem.reason);
    case 'port-lost':
      return l10n.t(
        'Serial port {0} disappeared: the board was unplugged. Plug it in and flash it again; the contents of its flash are incomplete.',
        problem.port,
      );
    case 'serial-unavailable':
      return l10n.t(
        'Serial ports are not available on this host ({0}). Use Python’s esptool instead: --command prints the command.',
        problem.reason,
      );
    case 'terminal-unavailable':
      return l10n.t(
        'A pseudo-terminal cannot be created without python3 ({0}). Create a pair of serial ports yourself (with socat, or com0com on Windows) and name one end: --serial-port PORT.',
        problem.reason,
      );
    case 'chip-silent':
      return l10n.t(
        'No chip responds at {0}. Hold GPIO0 low (the FLASH button) while you reset the board, and check the port and that TX and RX are not swapped.',
        problem.port,
      );
    case 'chip-wrong':
      return l10n.t(
        'The chip is not an ESP8266: its ROM has {0} where an ESP8266 has 0xfff0c101. Choose the port of another board.',
        hex(problem.word),
      );
    case 'chip-flash-small':
      return l10n.t(
        'This board has {0} of flash, but the layout needs {1}. Choose a smaller flash map.',
        problem.found,
        problem.map,
      );
    case 'board-failed':
      return l10n.t(
        'The board at {0} stopped responding: {1}. Try again, with a lower baud rate if needed.',
        problem.port,
        problem.reason,
      );
    case 'burn-differs':
      return l10n.t(
        'Verification failed at {1} ({0}): the MD5 of the flash differs. Flash again; if that does not help, the flash is worn out or badly wired (try mode dio or dout).',
        problem.file,
        hex(problem.address),
      );
    case 'nothing-to-burn':
      return l10n.t(
        'There is nothing to flash in {0}. Generate certificates, or name files under "flash" in esp8266-ssl.json.',
        problem.folder,
      );
    case 'layout-wrong':
      return l10n.t('The flash layout has errors, so nothing was flashed. {0}', problem.findings.join(' '));
    case 'program-failed':
      return l10n.t('{0} failed ({1}).', problem.program, problem.reason);
    case 'setting-wrong':
      if (problem.file !== undefined)
        return l10n.t('{0}: "{1}" must be {2}.', problem.file, problem.setting, problem.expected);
      return l10n.t(
        '"{0}" in the settings of the simulation must be {1}.',
        problem.setting,
        problem.expected,
      );
    case 'path-outside':
      return l10n.t(
        '{0}, named by "{1}" in esp8266-ssl.json, lies outside of the project and is not used. Name a file inside of the project, or name it on the command line or in launch.json.',
        problem.file,
        problem.setting,
      );
    case 'link-outside':
      return l10n.t(
        '{0} is a link that leads out of its folder and is not used. Remove the link.',
        problem.file,
      );
    case 'not-for-shell':
      return l10n.t('“{0}” cannot be quoted for the shell. Rename it to copy the command.', problem.word);
    case 'project-file-broken':
      return l10n.t('{0} is not valid JSON: {1} in line {2}.', problem.file, problem.reason, problem.line);
    case 'not-a-capture':
      return l10n.t(
        '{0} is not a capture (pcapng) and is not replaced. Choose another file for the packets.',
        problem.file,
      );
    case 'flash-image-size':
      return l10n.t(
        'The flash image has {0} bytes, but the flash has {1}: set "flashSize" to the size of the image, or delete the file.',
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
        'The expression has {0} characters; at most {1} are allowed.',
        problem.length,
        problem.most,
      );
    case 'expression-malformed':
      return problem.found === ''
        ? l10n.t('“{0}” is not a complete C expression: something is missing at its end.', problem.expression)
        : l10n.t('“{0}” is not a C expression: unexpected “{1}”.', problem.expression, problem.found);
    case 'expression-changes':
      return l10n.t('“{0}” is not allowed here: an expression must not change the device.', problem.operator);
    case 'name-unknown':
      return l10n.t(
        '“{0}” is not defined here: no variable, function, enumerator or type of this name is in scope.',
        problem.name,
      );
    case 'member-unknown':
      return l10n.t('{1} has no member “{0}”.', problem.member, problem.type);
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
        'The name {0} cannot be resolved ({1}). Check the spelling and the network.',
        problem.host,
        problem.reason,
      );
    case 'server-unreachable':
      return l10n.t(
        '{0} cannot be reached ({1}). Check the port, the firewall and that the server is running.',
        problem.server,
        problem.reason,
      );
    case 'server-not-tls':
      return l10n.t(
        '{0} does not speak TLS: its response starts with “{1}”. Choose its TLS port, often 443 or 8883.',
        problem.server,
        problem.beginning,
      );
    case 'server-silent':
      return serverSilent(problem.server, problem.answer);
    case 'file-of-others':
      return l10n.t(
        '{0} already exists. With --force the needed settings are added; everything else in it stays.',
        problem.file,
      );
    case 'no-c-sources':
      return l10n.t('No C sources in {0}. Choose the folder of the firmware.', problem.folder);
    case 'project-not-checked':
      return problem.reason === 'memory'
        ? l10n.t(
            '{0} could not be checked: not enough memory. Exclude files that are not its sources, or give Node.js more: NODE_OPTIONS=--max-old-space-size=4096.',
            problem.project,
          )
        : l10n.t(
            '{0} could not be checked ({1}). No source code should do that to esp8266-ssl: report it as a bug.',
            problem.project,
            problem.reason.fault,
          );
    case 'file-exists':
      return l10n.t(
        '{0} already exists with different contents. Choose another file, or replace it with --force.',
        problem.file,
      );
    case 'project-name-invalid':
      return l10n.t(
        '“{0}” cannot be the name of a project. Start with a letter or digit; use letters, digits, “.”, “_” and “-”, up to 64.',
        problem.name,
      );
    case 'folder-not-empty':
      return l10n.t('{0} is not empty. Choose another name; nothing is overwritten.', problem.folder);
    case 'template-unknown':
      return l10n.t('There is no template “{0}”. Templates: {1}.', problem.template, problem.known);
    case 'dump-size':
      return l10n.t(
        '{0} has {1} bytes, which is not a flash size. A dump of a whole flash has 256 KB, 512 KB, 1, 2, 4, 8 or 16 MB.',
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
        '{0} accepts the connection but does not respond. Check that this is a TLS port.',
        server,
      );
    case 'closed':
      return l10n.t(
        '{0} closes the connection without a response, whatever the client offers. Check that this is a TLS port and that the server accepts connections from this host.',
        server,
      );
    case 'damaged':
      return l10n.t(
        '{0} sends data that is not a TLS handshake. Check the server and any proxy between it and this host.',
        server,
      );
  }
}

function notAnElf(file: string, found: 'library' | 'flash image' | 'other'): string {
  switch (found) {
    case 'library':
      return l10n.t(
        '{0} is a library of object files, not an ELF file. Choose the firmware linked with it, for example eagle.app.v6.out or firmware.elf.',
        file,
      );
    case 'flash image':
      return l10n.t(
        '{0} is a flash image, not an ELF file. Choose the ELF it was made from (.out or .elf): the simulator needs its symbols.',
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
      return l10n.t('the section table');
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
        '{0} is encrypted. Give its passphrase (--passphrase-file, or ESP8266_SSL_PASSPHRASE in the environment).',
        file,
      );
    case 'passphrase-wrong':
      return l10n.t('Wrong passphrase for {0}.', file);
    case 'algorithm-unknown':
      return l10n.t(
        '{0} is encrypted with {1}, which is not supported. Export it again with AES, for example with “openssl pkcs8 -topk8 -v2 aes-256-cbc”.',
        file,
        fault.algorithm,
      );
    case 'too-many-rounds':
      return l10n.t(
        '{0} uses so many key derivation rounds that decryption would take many seconds. Export it again with fewer.',
        file,
      );
  }
}

function caFault(reason: CaFault): string {
  switch (reason) {
    case 'incomplete':
      return l10n.t('the certificate or its key is missing');
    case 'unreadable':
      return l10n.t('it is damaged or has the wrong type');
    case 'not-rsa':
      return l10n.t('its key is not RSA, the only type that the device supports');
    case 'not-a-ca':
      return l10n.t('it is not marked as a CA certificate');
    case 'other-key':
      return l10n.t('the certificate and the key do not match');
    case 'expired':
      return l10n.t('it has expired');
  }
}

function signedFault(reason: SignedFault): string {
  switch (reason) {
    case 'no-certificate':
      return l10n.t('it is not a PEM or DER certificate');
    case 'other-key':
      return l10n.t('the certificate is for another key');
    case 'other-name':
      return l10n.t(
        'the certificate is for another name (openssl ca takes the name from the request only with copy_extensions = copy)',
      );
    case 'other-ca':
      return l10n.t('the certificate was not issued by the CA given with --ca');
    case 'expired':
      return l10n.t('the certificate has expired');
    case 'serial-repeated':
      return l10n.t('its serial number is already used by another device');
  }
}

/** An address or number as this field writes it: 0x40210000. */
export function hex(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
}
