import path from 'node:path';
import { caEnabler, ownEnabler } from '../../../certificates/inspect/cArrays';
import { findingsOfAll } from '../../../certificates/inspect/findings';
import { fixText, fixTitle } from '../../../certificates/inspect/fixes';
import { IncludeGraph, isSource, normalized } from '../../../certificates/inspect/includes';
import { inspectBytes, inspectText, maxBytes } from '../../../certificates/inspect/inspectFile';
import type { Device } from '../../../certificates/inspect/obstacles';
import type { Inspection } from '../../../certificates/inspect/model';
import { recordRole } from '../../../certificates/inspect/rules/recordRules';
import type { Finding as CertificateFinding } from '../../../certificates/inspect/rules/rule';
import { readRegularFile } from '../../../files/readFile';
import { trackedFiles } from '../../../project/git';
import { projectFileName } from '../../../project/projectFile';
import type { Target } from '../../../project/target';
import { abilitiesOfAny, sdkVersions, tlsAbilities } from '../../../sdk/tls';
import type { AnalyzerOptions, SourceFile } from '../../engine/analyzer';
import { decodeSource } from '../../source/encoding';
import type { Project } from '../../project/readProjects';
import { withBlanks } from '../../source/mask';
import { scanSource } from '../../source/scan';
import { isForeign } from '../../project/sourceFiles';
import type { Finding, Fix } from '../../../findings/finding';
import type { RuleInfo } from '../../../findings/rule';
import { LineIndex, type Range } from '../../../findings/range';
import { chosenSeverity } from '../../../findings/severity';
import { isSuppressed } from '../../../findings/suppression';

/** Without one of these no C text has to do with certificates. */
const telling =
  /-----BEGIN |0x30\s*,\s*0x82|\b48\s*,\s*130\b|\bdefault_(?:certificate|private_key)|\bespconn_secure_(?:set_default_|ca_enable|cert_req_enable)/i;

export interface CertificateResult {
  findings: Finding[];
  /** The texts that findings are in, besides the project's sources. */
  texts: SourceFile[];
}

/**
 * Checks the certificates, keys and record files that a project uses, and how its sources do, with the rules SSL100 to SSL119. A
 * header that no source includes, records that nothing reads or flashes, and what is `inactive` without any -D say nothing about it.
 * What depends on the programs of this computer (SSL116) is left out. Where library or SDK are not known, only what holds for all
 * counts. `now` is in milliseconds.
 */
export async function certificateFindings(
  project: Project,
  inactive: ReadonlyMap<string, readonly Range[]>,
  options: AnalyzerOptions & { rules: readonly RuleInfo[]; now: number },
): Promise<CertificateResult> {
  if (!options.rules.some(({ group }) => group === 'certificates')) return { findings: [], texts: [] };
  const sources = project.files.filter(
    ({ path: name }) => !isForeign(name) && (inactive.has(name) || project.elsewhere?.has(name) !== true),
  );
  const texts = sources.some(({ text }) => telling.test(text)) ? sources : [];
  const compiled = texts.map(({ path: name, text }) => ({
    path: name,
    text: withBlanks(text, inactive.get(name) ?? []),
  }));
  const enterprise = enterpriseNames(compiled);
  const read = compiled.map(({ path: name, text }) => {
    const inspection = inspectText(text, name);
    return { ...inspection, items: inspection.items.filter(item => !enterprise.has(item.name)) };
  });
  const others: SourceFile[] = [];
  for (const name of project.certificateFiles) {
    if (isForeign(name)) continue;
    const bytes = await bytesOf(path.join(project.folder, name));
    if (bytes === undefined) continue;
    const inspection = inspectBytes(bytes, name);
    read.push(inspection);
    if (isText(inspection)) others.push({ path: name, text: textOf(inspection, bytes) });
  }
  const calls = callsOf(read);
  const flashing = [
    ...(project.makefiles ?? []),
    ...others.filter(({ path: name }) => path.posix.basename(name) === projectFileName),
  ];
  const isUsed = usedFiles(read, calls, flashing);
  const inspections = read.filter(isUsed);
  if (inspections.length === 0) return { findings: [], texts: [] };

  const all = new Map([...texts, ...others].map(({ path: name, text }) => [name, text]));
  const tracked = new Set(await trackedFiles(project.folder, keyFiles(inspections)));
  const facts = {
    ...(texts.length > 0 && {
      caEnabled: calls.has(caEnabler),
      servesTls: compiled.some(
        ({ path: name, text }) => isSource(name) && /\bespconn_secure_accept\s*\(/.test(text),
      ),
    }),
    isTracked: (file: string) => tracked.has(file),
  };
  const byDevice = devicesOf(project.target).map(device =>
    findingsOfAll(inspections, { device, project: facts, now: options.now }),
  );
  const findings = inspections.flatMap(inspection => {
    const [newest = [], ...rest] = byDevice.map(found => found.get(inspection.file) ?? []).reverse();
    const certain = newest.filter(finding => rest.every(each => each.some(other => isSame(finding, other))));
    return toFindings(certain, inspection, all.get(inspection.file), options);
  });
  return { findings, texts: others };
}

/** What the sources give to WPA2 Enterprise, whose TLS is another one than espconn's. */
function enterpriseNames(sources: readonly SourceFile[]): Set<string> {
  return new Set(
    sources.flatMap(({ text }) =>
      [...text.matchAll(/\bwifi_station_set_enterprise_\w+\s*\(([^;{}]{0,300})\)/g)].flatMap(
        ([, given = '']) => given.match(/[A-Za-z_]\w*/g) ?? [],
      ),
    ),
  );
}

/** What the sources call; headers only declare it. */
function callsOf(inspections: readonly Inspection[]): Set<string> {
  return new Set(
    inspections.filter(({ file }) => isSource(file)).flatMap(({ calls }) => calls.map(call => call.function)),
  );
}

/** Tells which files the firmware has in it or in its flash; what `flashing` names is written into it. */
function usedFiles(
  inspections: readonly Inspection[],
  calls: ReadonlySet<string>,
  flashing: readonly SourceFile[],
): (inspection: Inspection) => boolean {
  const sources = inspections.filter(({ form }) => form === 'c');
  const compiled = new IncludeGraph(sources).reached(sources.map(({ file }) => file).filter(isSource));
  return inspection => {
    const { file, form } = inspection;
    if (form === 'c') return compiled.has(normalized(file));
    if (form === 'project') return true;
    const reader = recordRole(inspection) === 'own' ? ownEnabler : caEnabler;
    return (
      (form === 'records' && calls.has(reader)) ||
      flashing.some(({ text }) => text.includes(path.posix.basename(file)))
    );
  };
}

/** Findings as all others are, with what the settings say of their severity. */
function toFindings(
  found: readonly CertificateFinding[],
  inspection: Inspection,
  text: string | undefined,
  { severities = new Map(), rules }: AnalyzerOptions & { rules: readonly RuleInfo[] },
): Finding[] {
  const file = inspection.file;
  const isSource = text !== undefined && inspection.form === 'c' && found.length > 0;
  const isMarked = isSource ? marksIn(text) : undefined;
  const seen = new Set<string>();
  return found.flatMap(({ rule: id, severity: own, message, range, fix }): Finding[] => {
    const rule = rules.find(each => each.id === id);
    // What is not a text has no lines: one finding tells all.
    const place = text === undefined || range === undefined ? { start: 0, end: 0 } : placeOf(range);
    const key = `${id} ${place.start}`;
    if (rule === undefined || seen.has(key) || isMarked?.(id, place.start)) return [];
    const severity = chosenSeverity(severities, rule) ?? own;
    if (severity === 'off') return [];
    seen.add(key);
    const edits =
      fix === undefined || text === undefined || inspection.form !== 'c'
        ? []
        : fixText(fix, inspection, text);
    const fixes = edits.map(edit => ({ file, ...edit }));
    const fixed: Fix[] = fix && fixes.length > 0 ? [{ title: fixTitle(fix), edits: fixes, safe: true }] : [];
    return [{ rule, severity, message, at: { file, ...place }, ...(fixed.length > 0 && { fixes: fixed }) }];
  });
}

function placeOf({ offset, length }: { offset: number; length: number }): { start: number; end: number } {
  return { start: offset, end: offset + length };
}

/** Tells whether NOLINT marks in a C text suppress a rule at an offset. */
function marksIn(text: string): (id: string, offset: number) => boolean {
  const { suppressions } = scanSource(text);
  const lines = new LineIndex(text);
  return (id, offset) => isSuppressed(suppressions, id, lines.position(offset).line);
}

/** The libraries that the firmware may be linked with, the newest last. */
function devicesOf({ sdk, tlsLibrary }: Target): Device[] {
  return abilitiesOfAny(tlsLibrary, sdk)
    .flatMap((abilities): Device[] => {
      const version =
        sdk ?? sdkVersions.findLast(each => tlsAbilities(abilities.library, each) === abilities);
      return version === undefined ? [] : [{ sdk: version, abilities }];
    })
    .sort((a, b) => sdkVersions.indexOf(a.sdk) - sdkVersions.indexOf(b.sdk));
}

function isSame(one: CertificateFinding, other: CertificateFinding): boolean {
  return one.rule === other.rule && one.range?.offset === other.range?.offset;
}

function keyFiles(inspections: readonly Inspection[]): string[] {
  return inspections
    .filter(({ items }) => items.some(({ contents }) => contents.some(({ kind }) => kind === 'key')))
    .map(({ file }) => file);
}

function isText({ form }: Inspection): boolean {
  return form === 'c' || form === 'pem' || form === 'project';
}

/** The text whose offsets the inspection of these bytes counts. */
function textOf({ form }: Inspection, bytes: Uint8Array): string {
  return form === 'pem' ? Buffer.from(bytes).toString('latin1') : decodeSource(bytes);
}

/** A file that is gone or cannot be read says nothing here: who needs it complains. */
async function bytesOf(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readRegularFile(file, maxBytes);
  } catch {
    return undefined;
  }
}
