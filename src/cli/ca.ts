import * as l10n from '@vscode/l10n';
import { parsePlace } from '../certificates/server/place';
import { ProblemError } from '../problems';
import { type LinkedLibrary, linkedLibrary } from '../project/linkedLibrary';
import { defaultTarget, readTarget, type Target } from '../project/target';
import { writeNewFile } from '../files/writeNewFile';
import { librariesOf, sdkVersions, tlsLibraries } from '../sdk/tls';
import type { Output } from './output';
import { parseArguments, usage } from './parseOptions';

const defaultFile = 'ssl/esp_ca_cert.bin';
/** The device cannot talk to the server. */
const cannot = 1;
/** As shells report a program that was interrupted. */
const interrupted = 130;

export function caHelp(): string {
  return l10n.t(
    `esp8266-ssl ca HOST[:PORT] [options]
Asks a server what it would answer to the device, says whether the device can talk to it, and writes the CA certificate that
the device must hold. What esp8266-ssl.json says about SDK and TLS library holds too. The port is 443 unless it is given.

  --sdk VERSION          version of the SDK: {0} (default: {1})
  --tls-library LIBRARY  {2} (default: {3})
  --buffer BYTES         what the firmware gives espconn_secure_set_size (default: what the library begins with)
  --out FILE             where to write the CA certificate (default: {4})
  --force                replace a file with other contents
  --json                 print the result as JSON`,
    sdkVersions.join(', '),
    defaultTarget.sdk,
    tlsLibraries.join(', '),
    defaultTarget.tlsLibrary,
    defaultFile,
  );
}

/** Runs `esp8266-ssl ca`; resolves to the exit code. */
export async function ca(args: string[], output: Output, signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args);
  const [address, ...others] = positionals;
  if (address === undefined || others.length > 0)
    throw usage(l10n.t('Name one server, for example broker.example:8883.'));
  const place = parsePlace(address);
  const { sdk, library, abilities } = linked(values.sdk, values['tls-library'], await readTarget('.'));
  const { least, most, initial } = abilities.buffer;
  const buffer = values.buffer === undefined ? initial : Number(values.buffer);
  if (!Number.isInteger(buffer) || buffer < least || buffer > most)
    throw invalid('buffer', values.buffer, [`${least} … ${most}`]);

  // Loaded last: help and refusals need not wait for the ASN.1 library.
  const [{ visitServer }, { judge }, { deviceText, reportJson, reportLines, reportOf }] = await Promise.all([
    import('../certificates/server/visit'),
    import('../certificates/server/judge'),
    import('../certificates/server/report'),
  ]);
  const visit = await visitServer(place, abilities, { signal }).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (visit === undefined) return interrupted;
  const judgement = judge(visit, { abilities, buffer });
  const { caFile, verdict } = judgement;
  if (!values.json)
    for (const line of reportLines(reportOf(visit, judgement, deviceText(library, sdk, buffer))))
      output.out(line);
  const written = caFile !== undefined && writeNewFile(values.out, caFile, values.force);
  if (values.json) {
    const file = caFile === undefined ? null : values.out;
    const result = { device: { sdk, library, buffer }, ...reportJson(visit, judgement), file, written };
    output.out(JSON.stringify(result, undefined, 2));
  } else if (caFile !== undefined) {
    output.out(
      written
        ? l10n.t('{0} written ({1} bytes).', values.out, caFile.length)
        : l10n.t('{0} has this certificate already.', values.out),
    );
  }
  return verdict === 'no' ? cannot : 0;
}

function parse(args: string[]) {
  return parseArguments(args, {
    sdk: { type: 'string' },
    'tls-library': { type: 'string' },
    buffer: { type: 'string' },
    out: { type: 'string', default: defaultFile },
    force: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
}

/** Options come before what the project's file says. */
function linked(sdk: string | undefined, tlsLibrary: string | undefined, project: Target): LinkedLibrary {
  const version = sdkVersions.find(each => each === sdk);
  if (sdk !== undefined && version === undefined) throw invalid('sdk', sdk, sdkVersions);
  const target = { ...project, ...(version && { sdk: version }) };
  const libraries = librariesOf(target.sdk ?? defaultTarget.sdk);
  const wanted = tlsLibrary ?? project.tlsLibrary;
  const library = libraries.find(each => each === wanted);
  if (wanted !== undefined && library === undefined) throw invalid('tls-library', wanted, libraries);
  return linkedLibrary({ ...target, ...(library && { tlsLibrary: library }) });
}

function invalid(option: string, value: string | undefined, allowed: readonly string[]): ProblemError {
  return new ProblemError({
    kind: 'certificate-option-invalid',
    option,
    value: value ?? '',
    allowed: allowed.join(', '),
  });
}
