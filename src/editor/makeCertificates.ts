import path from 'node:path';
import * as vscode from 'vscode';
import type { CaFiles } from '../certificates/existingIdentities';
import { defaultsFor, objections } from '../certificates/forLibrary';
import type { GeneratedFile } from '../certificates/generate';
import { importNotes } from '../certificates/importNotes';
import type { Role } from '../certificates/layouts';
import { type CertificateOptions, checkedName } from '../certificates/request';
import { roleNamed, type SetOptions } from '../certificates/setRequest';
import { staysInside } from '../files/within';
import { ProblemError } from '../problems';
import { type ProjectChoices, readChoices } from '../project/choices';
import { linkedLibrary } from '../project/linkedLibrary';
import { defaultFolder } from '../project/defaultFolder';
import { advised, remediesIn, type Remedy } from '../text/remedies';
import { askDeviceName, simulatedDevice } from './askDeviceName';
import { askChoices } from './certificateSteps';
import { keepChoices } from './keepChoices';
import { withPassphrase } from './passphrases';
import { checkPrivateKeys } from './privateKeys';
import { showResult } from './showResult';
import { confirmed, showError, withProgress } from './messages';
import { withRemedies } from './withRemedies';

/** What other extensions and tests may hand to the commands instead of answering their questions. */
export interface Arguments {
  /** The workspace folder. */
  folder?: vscode.Uri;
  name?: string;
  /** Where the files go, whatever the project's file says. */
  into?: string;
  /** The caller says what was made; only what the user has to see to is shown. */
  quiet?: boolean;
  /** The CA that signs: its certificate, and its key if that is in another file. */
  ca?: { certificate: vscode.Uri; key?: vscode.Uri };
  /** The files to import. */
  files?: vscode.Uri[];
  passphrase?: string;
}

/** The commands in one workspace folder. Each resolves to the files written, and rejects with CancellationError when the user leaves. */
export class CertificateCommands {
  readonly #secrets: vscode.SecretStorage;
  readonly #root: vscode.Uri;
  readonly #given: Arguments;

  constructor(secrets: vscode.SecretStorage, root: vscode.Uri, given: Arguments) {
    this.#secrets = secrets;
    this.#root = root;
    this.#given = given;
  }

  /** Asks what to make, makes it and keeps the choices. */
  async generate(): Promise<vscode.Uri[]> {
    return this.#make(await this.#choices(vscode.l10n.t('Generate Certificates')));
  }

  /** Makes what was chosen last, without a question; asks if nothing was. */
  async generateAgain(): Promise<vscode.Uri[]> {
    const project = await readChoices(this.#root.fsPath);
    return project.certificates.name === undefined ? this.generate() : this.#make(project);
  }

  /** Asks for a CA, then as {@link generate}. */
  async signWithExistingCa(): Promise<vscode.Uri[]> {
    const title = vscode.l10n.t('Sign with an Existing CA');
    const ca = await this.#chooseCa(title);
    const { key } = ca;
    return this.#make(
      await this.#choices(title, {
        certificate: this.#inProject(ca.certificate),
        ...(key === undefined ? {} : { key: this.#inProject(key) }),
      }),
    );
  }

  /** Writes a request for somebody else's CA and shows it. */
  async createRequest(): Promise<vscode.Uri[]> {
    const project = await readChoices(this.#root.fsPath);
    const { target, certificates } = project;
    const role = roleNamed(certificates.make);
    const name = checkedName(this.#given.name ?? (await askName(certificates.name, role)), role);
    const { requestFile, requestKeyFile, writeSigningRequest } = await import('../certificates/makers');
    const folder = this.#folderOf(project);
    const options = { ...optionsOf(target, certificates), name };
    const { written, keyUsedAgain } = await this.#protected(passphrase =>
      writeSigningRequest(options, folder.fsPath, { passphrase, mayReplace, role }),
    );
    await keepChoices(this.#root, { target, certificates: { ...certificates, name } });
    const unprotected = await checkPrivateKeys(folder, [requestKeyFile]);
    const message = keyUsedAgain
      ? vscode.l10n.t('Send {0} to the CA. The existing private key is reused.', requestFile)
      : vscode.l10n.t('Send {0} to the CA. Its private key {1} stays here.', requestFile, requestKeyFile);
    void showResult({
      root: this.#root,
      folder,
      message,
      notes: [],
      unprotected,
      show: requestFile,
      records: [],
    });
    return written.map(file => vscode.Uri.joinPath(folder, file));
  }

  /** Takes in the certificate that a CA has made, and writes the files for the device. */
  async importCertificate(): Promise<vscode.Uri[]> {
    const project = await readChoices(this.#root.fsPath);
    const files =
      this.#given.files ?? (await chooseFiles(vscode.l10n.t('Import Certificate'), this.#root, true));
    const folder = this.#folderOf(project);
    const { importCertificates } = await import('../certificates/makers');
    const { certificates, target } = project;
    const paths = files.map(file => file.fsPath);
    const take = (keyFile?: string) =>
      this.#protected(passphrase =>
        importCertificates(paths, folder.fsPath, {
          keyFile,
          passphrase,
          role: certificates.make === 'server' || certificates.make === undefined ? 'server' : 'client',
          layout: certificates.files,
          trust: this.#trusted(certificates),
          abilities: linkedLibrary(target).abilities,
          mayReplace,
        }),
      );
    const result = await take().catch(async (error: unknown) => {
      if (!(error instanceof ProblemError) || error.problem.kind !== 'key-missing') throw error;
      const [key] = await chooseFiles(vscode.l10n.t('The Private Key of the Certificate'), this.#root, false);
      return take(key?.fsPath);
    });
    const { device, ca } = result;
    return this.#finish(folder, result.files, result.written, {
      message: vscode.l10n.t('Certificate imported: its files are in {0}.', relative(folder)),
      notes: [
        ...importNotes(result),
        ...objections(linkedLibrary(target).abilities, { ca, own: device }).map(each =>
          advised(each, 'editor'),
        ),
      ],
    });
  }

  /** Lets the device verify its peers by another CA, too: for the time in which they change from one to the other. */
  async trustAnotherCa(): Promise<vscode.Uri[]> {
    const project = await readChoices(this.#root.fsPath);
    const { target, certificates } = project;
    const files =
      this.#given.files ?? (await chooseFiles(vscode.l10n.t('Trust Another CA'), this.#root, true));
    const folder = this.#folderOf(project);
    const paths = files.map(file => file.fsPath);
    const { trustMore } = await import('../certificates/makers');
    const result = await withRemedies(['write-anyway'], chosen =>
      this.#protected(passphrase =>
        trustMore(paths, folder.fsPath, {
          layout: certificates.files,
          abilities: linkedLibrary(target).abilities,
          evenIfRefused: chosen.has('write-anyway'),
          passphrase,
        }),
      ),
    );
    if (result === undefined) throw new vscode.CancellationError();
    // The next certificates are made with them; a project's file names none that lies outside.
    const inside = paths.filter(file => staysInside(this.#root.fsPath, file));
    const trust = [...new Set([...(certificates.trust ?? []), ...inside.map(file => this.#inProject(file))])];
    if (inside.length > 0)
      await keepChoices(this.#root, { target, certificates: { ...certificates, trust } });
    const subjects = result.subjects.join('; ');
    return this.#finish(folder, result.files, result.written, {
      message:
        result.written.length === 0
          ? vscode.l10n.t('The device already trusts: {0}.', subjects)
          : vscode.l10n.t('The device trusts: {0}. Flash esp_ca_cert.bin.', subjects),
      notes: [],
    });
  }

  /** The answers of the user, over what the project's file says. */
  async #choices(title: string, ca?: ProjectChoices['certificates']['ca']): Promise<ProjectChoices> {
    const { target, certificates } = await readChoices(this.#root.fsPath);
    const start = { target, certificates: { ...certificates, ...(ca && { ca }) } };
    const { name, into } = this.#given;
    return name === undefined
      ? askChoices(title, start)
      : { target, certificates: { ...start.certificates, name, ...(into && { folder: into }) } };
  }

  async #make(choices: ProjectChoices, newCa = false): Promise<vscode.Uri[]> {
    const { target, certificates } = choices;
    const options = optionsOf(target, certificates);
    const name = checkedName(options.name, roleNamed(certificates.make));
    const folder = this.#folderOf(choices);
    const ca = certificates.ca && this.#caFiles(certificates.ca);
    const write = (chosen: ReadonlySet<Remedy>) =>
      withProgress(
        vscode.l10n.t('Generating certificates for {0}…', name),
        { cancellable: true },
        async (_report, token) => {
          const { writeCertificates } = await import('../certificates/makers');
          const controller = new AbortController();
          token.onCancellationRequested(() => {
            controller.abort(new vscode.CancellationError());
          });
          const { signal } = controller;
          const how = {
            ca,
            trust: this.#trusted(certificates),
            abilities: linkedLibrary(target).abilities,
            evenIfRefused: chosen.has('write-anyway'),
            signal,
            mayReplace,
            newCa: newCa || chosen.has('new-ca'),
          };
          return this.#protected(passphrase =>
            writeCertificates(options, folder.fsPath, { ...how, passphrase }),
          );
        },
      );
    const made = await withRemedies(['new-ca', 'write-anyway'], write);
    if (made === undefined) throw new vscode.CancellationError();
    const { set, written, caUsedAgain } = made;
    await keepChoices(this.#root, { target, certificates: { ...certificates, name } });
    const shown = relative(folder);
    const found = objections(linkedLibrary(target).abilities, {
      ca: set.caFacts,
      own: set.deviceFacts,
      caIsOurs: ca === undefined,
    });
    return this.#finish(folder, set.files, written, {
      message: caUsedAgain
        ? vscode.l10n.t('Certificate for {0} written to {1}, signed by the existing CA.', name, shown)
        : vscode.l10n.t('CA and certificate for {0} written to {1}.', name, shown),
      notes: found.map(each => advised(each, 'editor')),
      ...(found.flatMap(remediesIn).includes('new-ca') && {
        newCa: () => this.#make(choices, true).catch(showUnlessLeft),
      }),
    });
  }

  async #finish(
    folder: vscode.Uri,
    files: readonly GeneratedFile[],
    written: readonly GeneratedFile[],
    { message, notes, newCa }: { message: string; notes: string[]; newCa?: () => Promise<unknown> },
  ): Promise<vscode.Uri[]> {
    const secrets = files.filter(({ secret }) => secret).map(({ name }) => name);
    const unprotected = await checkPrivateKeys(folder, secrets);
    const show = (files.find(({ content }) => content === 'own header') ?? files[0])?.name ?? '';
    const records = files
      .filter(({ content }) => content === 'own records' || content === 'CA records')
      .map(({ name }) => name);
    if (this.#given.quiet !== true || notes.length + unprotected.length > 0)
      void showResult({ root: this.#root, folder, message, notes, newCa, unprotected, show, records });
    return written.map(file => vscode.Uri.joinPath(folder, file.name));
  }

  #protected<T>(action: (passphrase?: string) => Promise<T>): Promise<T> {
    return this.#given.passphrase === undefined
      ? withPassphrase(this.#secrets, action)
      : action(this.#given.passphrase);
  }

  async #chooseCa(title: string): Promise<CaFiles> {
    const { ca } = this.#given;
    const [certificate] = ca ? [ca.certificate] : await chooseFiles(title, this.#root, false);
    const files: CaFiles = { certificate: certificate?.fsPath ?? '', key: ca?.key?.fsPath };
    const { readCa } = await import('../certificates/makers');
    try {
      await this.#protected(passphrase => readCa(files, passphrase));
      return files;
    } catch (error) {
      const keyless =
        error instanceof ProblemError &&
        error.problem.kind === 'ca-unusable' &&
        error.problem.reason === 'incomplete';
      if (!keyless || ca?.key) throw error;
      const [key] = await chooseFiles(vscode.l10n.t('The Private Key of the CA'), this.#root, false);
      const both = { ...files, key: key?.fsPath };
      await this.#protected(passphrase => readCa(both, passphrase));
      return both;
    }
  }

  /** A path as the project's file has it. */
  #inProject(file: string): string {
    const inside = path.relative(this.#root.fsPath, file);
    return inside.startsWith('..') || path.isAbsolute(inside) ? file : inside.replaceAll(path.sep, '/');
  }

  #trusted({ trust }: ProjectChoices['certificates']): string[] | undefined {
    return trust?.map(file => path.resolve(this.#root.fsPath, file));
  }

  #caFiles({ certificate, key }: { certificate: string; key?: string }): CaFiles {
    const root = this.#root.fsPath;
    return { certificate: path.resolve(root, certificate), key: key && path.resolve(root, key) };
  }

  #folderOf({ certificates }: ProjectChoices): vscode.Uri {
    return vscode.Uri.file(
      path.resolve(this.#root.fsPath, certificates.folder ?? defaultFolder(this.#root.fsPath)),
    );
  }
}

/** What the choices mean for the core: what is not chosen is as suits the library. */
function optionsOf(
  target: ProjectChoices['target'],
  choices: ProjectChoices['certificates'],
): CertificateOptions & SetOptions {
  const suited = defaultsFor(linkedLibrary(target).abilities);
  const { name = simulatedDevice, bits = suited.bits, hash = suited.hash, ...others } = choices;
  return { ...others, name, bits, hash };
}

/** What a button of the last message starts has nobody else to show what fails. */
function showUnlessLeft(error: unknown): void {
  if (!(error instanceof vscode.CancellationError)) showError(error);
}

async function askName(current: string | undefined, role: Role): Promise<string> {
  const title = vscode.l10n.t('Create Certificate Request');
  const name = await askDeviceName(title, current ?? simulatedDevice, role);
  if (name === undefined) throw new vscode.CancellationError();
  return name;
}

async function chooseFiles(title: string, root: vscode.Uri, many: boolean): Promise<vscode.Uri[]> {
  const files = await vscode.window.showOpenDialog({ title, defaultUri: root, canSelectMany: many });
  if (files === undefined) throw new vscode.CancellationError();
  return files;
}

/** Asks whether files of other origin may go. */
async function mayReplace(files: string[]): Promise<void> {
  const replace = vscode.l10n.t('Replace');
  const question = vscode.l10n.t('These files already exist. Replace them?');
  if (!(await confirmed(question, replace, { detail: files.join('\n') })))
    throw new vscode.CancellationError();
}

function relative(folder: vscode.Uri): string {
  return vscode.workspace.asRelativePath(folder);
}
