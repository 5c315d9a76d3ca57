import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { parse } from 'shell-quote';
import { limits } from '../files/limits';
import { readRegularFile } from '../files/readFile';
import { ProblemError } from '../problems';
import type { SignedFault } from './problems';
import { ProgramError } from '../programs/programError';
import { runProgram } from '../programs/runProgram';
import { pem } from './keys';
import { alternativeNames, type CertificateRequest } from './request';
import { readCertificate } from './x509';

/** What an outside CA gives back for a request. */
export interface Signed {
  /** DER. */
  certificate: Buffer;
  /** The other certificates that came with it, DER: those of intermediate CAs, perhaps of the root. */
  chain: Buffer[];
}

/** The most that a command may print. */
const maxBytes = 1024 * 1024;
const maxSaid = 500;
/** Milliseconds for one certificate: a CA that asks somebody or a remote server may be slow. */
const patience = 120_000;

/** A command that lets a CA sign which does not lie on this machine. */
export class SignCommand {
  readonly #text: string;
  readonly #words: readonly string[];
  readonly #timeLimit: number;
  /** The command before has ended: `openssl ca` keeps its serials in a file that it does not lock. */
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Splits `text` into a program and its arguments as a shell would, but without a shell. Throws a Problem for what only a
   * shell can do and for a command that does not take the request.
   */
  constructor(text: string, timeLimit = patience) {
    this.#text = text;
    this.#timeLimit = timeLimit;
    const escape = process.platform === 'win32' ? '^' : '\\';
    this.#words = parse(text, name => `$${name}`, { escape }).map(word => {
      if (typeof word === 'string') return word;
      if ('op' in word && word.op === 'glob') return word.pattern;
      throw new ProblemError({
        kind: 'sign-command-shell',
        command: text,
        word: 'op' in word ? word.op : `#${word.comment}`,
      });
    });
    if (!text.includes('{csr}')) throw new ProblemError({ kind: 'sign-command-incomplete', command: text });
  }

  /**
   * Has `csr` (DER) signed: {csr} in the command is a file with it in PEM, {crt} the file for the certificate (without {crt}
   * it is taken from what the command prints), {name} the device's name. One command runs at a time. Throws a Problem with what
   * the command said if it fails, or if it gave back anything but a certificate for this key and name.
   */
  sign(
    csr: Uint8Array,
    publicKey: Uint8Array,
    request: CertificateRequest,
    signal: AbortSignal,
  ): Promise<Signed> {
    const signed = this.#last.then(async () => {
      signal.throwIfAborted();
      return checked(await this.#run(csr, request.name, signal), publicKey, request.name);
    });
    this.#last = signed.catch(() => undefined);
    return signed;
  }

  /** Returns what the command made: PEM or DER. */
  async #run(csr: Uint8Array, name: string, signal: AbortSignal): Promise<Buffer> {
    const folder = await mkdtemp(path.join(tmpdir(), 'esp8266-ssl-'));
    try {
      const files = { csr: path.join(folder, 'request.csr'), crt: path.join(folder, 'certificate.crt') };
      await writeFile(files.csr, pem('CERTIFICATE REQUEST', csr));
      const [program = '', ...args] = this.#words.map(word =>
        word.replace(
          /\{(csr|crt|name)\}/g,
          (_, key: string) => new Map(Object.entries({ ...files, name })).get(key) ?? '',
        ),
      );
      const printed = await this.#execute(program, args, name, signal);
      if (!this.#text.includes('{crt}')) return printed;
      try {
        return await readRegularFile(files.crt, limits.certificates);
      } catch (error) {
        throw wrong(name, 'no-certificate', error);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #execute(program: string, args: string[], name: string, signal: AbortSignal): Promise<Buffer> {
    const failed = (reason: string, said: string, cause?: unknown) =>
      new ProblemError({ kind: 'sign-command-failed', command: this.#text, name, reason, said }, { cause });
    try {
      const options = { timeLimit: this.#timeLimit, maxBytes, signal };
      const { code, stdout, stderr } = await runProgram(program, args, options);
      if (code === 0) return stdout;
      throw failed(
        code === undefined ? l10n.t('ended by a signal') : `exit ${code}`,
        stderr.toString().trim().slice(-maxSaid),
      );
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      if (error.reason === 'interrupted') throw new Error('interrupted', { cause: error });
      throw failed(error.message, '', error);
    }
  }
}

function checked(bytes: Buffer, publicKey: Uint8Array, name: string): Signed {
  const certificates = readCertificates(bytes);
  if (certificates === undefined || certificates.length === 0) throw wrong(name, 'no-certificate');
  const own = certificates.find(each => spki(each)?.equals(publicKey));
  if (own === undefined) throw wrong(name, 'other-key');
  if (!isFor(own, name)) throw wrong(name, 'other-name');
  if (new Date(own.validTo).getTime() < Date.now()) throw wrong(name, 'expired');
  return { certificate: own.raw, chain: certificates.filter(each => each !== own).map(each => each.raw) };
}

/** Returns the certificates in PEM (whatever text is around them) or DER; undefined if one of them is none. */
export function readCertificates(bytes: Buffer): X509Certificate[] | undefined {
  const blocks = bytes.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);
  try {
    return (blocks ?? [bytes]).map(each => new X509Certificate(each));
  } catch {
    return undefined;
  }
}

/**
 * Whether peers take the certificate for the device with this name. Clients of today skip the common name; servers find there the name of
 * a client that is neither an address nor a host name.
 */
export function isFor(certificate: X509Certificate, name: string): boolean {
  if (alternativeNames(name).length === 0) return readCertificate(certificate.raw).commonName === name;
  return (
    (net.isIPv4(name) ? certificate.checkIP(name) : certificate.checkHost(name, { subject: 'never' })) !==
    undefined
  );
}

function spki(certificate: X509Certificate): Buffer | undefined {
  try {
    return certificate.publicKey.export({ type: 'spki', format: 'der' });
  } catch {
    // A key of a kind that this OpenSSL does not know.
    return undefined;
  }
}

function wrong(name: string, reason: SignedFault, cause?: unknown): ProblemError {
  return new ProblemError({ kind: 'signed-certificate-wrong', name, reason }, { cause });
}
