import { statSync } from 'node:fs';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { hexDigits } from '../text/hex';
import { findingsOfAll } from '../certificates/inspect/findings';
import { tooLarge } from '../certificates/inspect/inspectFile';
import { deviceOf } from '../certificates/inspect/obstacles';
import type { Inspection } from '../certificates/inspect/model';
import type { FileReport } from '../certificates/inspect/fileReport';
import { reportOf } from '../certificates/inspect/report';
import type { ProjectFacts } from '../certificates/inspect/rules/rule';
import { scriptTools } from '../certificates/inspect/scriptTools';
import { limits } from '../files/limits';
import { readRegularFile } from '../files/readFile';
import { FileError, reasonOf } from '../files/systemErrors';
import { ProblemError } from '../problems';
import { trackedFiles } from '../project/git';
import { defaultTarget, readTarget } from '../project/target';
import { inspectAny } from '../simulator/firmware/inspectFirmware';
import { type Paint, plain } from './color';
import { parse } from './commandLine/parse';
import { inspectDescription } from './commands/projects';
import { exitCodes } from './exitCodes';
import { targetWithOptions } from './targetOptions';
import type { Output } from './output';
import { severityText } from '../findings/severityText';
import { severityStyles } from './severityStyles';
import { refuseFolders } from './refuseFolders';

/** Runs `esp8266-ssl inspect`; resolves to the exit code. */
export async function inspect(args: string[], output: Output): Promise<number> {
  const { files, json, device } = await request(args);
  const inspections: Inspection[] = [];
  for (const file of files) inspections.push(await read(file));
  const now = Date.now();
  const project = await factsOf(inspections);
  const findings = findingsOfAll(inspections, { device, project, now });
  if (json) {
    const asJson = inspections.map(({ file, form, title, size, regions, items, hasMore }) => ({
      file,
      form,
      ...(title !== undefined && { title }),
      size,
      ...(regions && { regions }),
      items,
      ...(hasMore && { hasMore }),
      findings: findings.get(file) ?? [],
    }));
    const target = { sdk: device.sdk, tlsLibrary: device.abilities.library };
    output.out(JSON.stringify({ ...target, files: asJson }, undefined, 2), 'json');
  } else {
    const reports = inspections.map(each => reportOf(each, findings.get(each.file) ?? [], device.sdk, now));
    for (const line of reports.flatMap(report => asText(report, output.paint ?? plain))) output.out(line);
  }
  return [...findings.values()].flat().some(({ severity }) => severity === 'error')
    ? exitCodes.failed
    : exitCodes.done;
}

/** What is known of the project that the files lie in. */
async function factsOf(inspections: readonly Inspection[]): Promise<ProjectFacts> {
  const files = inspections
    .filter(({ items }) => items.some(({ contents }) => contents.some(({ kind }) => kind === 'key')))
    .map(({ file }) => file);
  const tracked = new Set<string>();
  // One by one: they may lie in several repositories.
  for (const file of files)
    if ((await trackedFiles(path.dirname(file), [path.basename(file)])).length > 0) tracked.add(file);
  return {
    isTracked: file => tracked.has(file),
    ...(inspections.some(({ form }) => form === 'script') && { tools: await scriptTools() }),
  };
}

async function request(args: string[]) {
  const { given, operands } = parse(inspectDescription, args);
  refuseFolders(inspectDescription, operands, folder =>
    l10n.t('To check everything in it: esp8266-ssl check {0}', folder),
  );
  const project = await readTarget(process.cwd());
  // An option wins over the project's file, and a library that its version does not have is refused.
  const { sdk = defaultTarget.sdk, tlsLibrary } = targetWithOptions(given, project);
  const device = deviceOf(sdk, tlsLibrary);
  return { files: [...new Set(operands)], json: given.json, device };
}

/** Reads a file unless it is too large: its size is asked first. */
async function read(file: string): Promise<Inspection> {
  try {
    return inspectAny(await readRegularFile(file, limits.firmware), file);
  } catch (error) {
    if (error instanceof FileError && error.code === 'too-large') return tooLarge(file, statSync(file).size);
    throw new ProblemError({ kind: 'file-unreadable', file, reason: reasonOf(error) }, { cause: error });
  }
}

function asText(report: FileReport, paint: Paint): string[] {
  const { file, form, size, regions, items, empty, more, findings } = report;
  const lines = [l10n.t('{0}: {1}, {2} bytes', file, form, size)];
  for (const { name, offset, length } of regions) lines.push(`  ${placeText(name, offset, length)}`);
  if (empty !== undefined) lines.push(`  ${empty}`);
  for (const item of items) {
    lines.push(`  ${placeText(item.name, item.offset, item.size, item.address)}`);
    for (const content of item.contents) {
      const width = Math.max(...content.lines.map(({ label }) => label.length));
      for (const { label, value } of content.lines) lines.push(`    ${label.padEnd(width)}  ${value}`);
      for (const { library, obstacles } of content.verdicts)
        lines.push(`    ${library.padEnd(width)}  ${obstacles.join('; ') || l10n.t('accepts it')}`);
    }
  }
  if (more !== undefined) lines.push(`  ${more}`);
  for (const { rule, severity, message, offset } of findings) {
    const place = offset === undefined ? '' : ` ${l10n.t('(at {0})', offsetText(offset))}`;
    lines.push(`  ${paint(severityStyles[severity], severityText(severity))} ${rule}: ${message}${place}`);
  }
  return [...lines, ''];
}

function placeText(name: string, offset: number, size: number, address?: number): string {
  return address === undefined
    ? l10n.t('{0} at {1}, {2} bytes', name, offsetText(offset), size)
    : l10n.t('{0} at {1} (address {3}), {2} bytes', name, offsetText(offset), size, offsetText(address));
}

function offsetText(offset: number): string {
  return `0x${hexDigits(offset, 1)}`;
}
