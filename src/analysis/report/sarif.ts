import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
  ArtifactChange,
  ArtifactLocation,
  Location,
  Log,
  Notification,
  PhysicalLocation,
  Region as SarifRegion,
  ReportingDescriptor,
  Result,
} from 'sarif';
import { repository, version } from '../../../package.json';
import type { Region, Report, ReportedFinding, ReportedFix, ReportedNotice } from './report';
import { noticeText, rulePage } from './noticeText';
import type { RuleInfo } from '../../findings/rule';
import type { Severity } from '../../findings/severity';

const levels = { error: 'error', warning: 'warning', info: 'note', hint: 'note' } as const satisfies Record<
  Severity,
  string
>;

/** The report in the Static Analysis Results Interchange Format 2.1.0, with all `rules` that were looked for. */
export function sarifLog({ findings, notices }: Report, rules: readonly RuleInfo[]): Log {
  const ids = rules.map(({ id }) => id);
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'ESP8266 SSL',
            version,
            informationUri: repository.url.replace(/\.git$/, ''),
            rules: rules.map(descriptor),
          },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [base]: { uri: `${pathToFileURL(path.resolve('.')).href}/` } },
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: notices.map(notification) }],
        results: findings.map(finding => result(finding, ids.indexOf(finding.rule.id))),
      },
    ],
  };
}

/** What relative addresses are relative to: the working directory, which in CI is the repository. */
const base = '%SRCROOT%';

function descriptor(rule: RuleInfo): ReportingDescriptor {
  return {
    id: rule.id,
    shortDescription: { text: rule.title() },
    fullDescription: { text: rule.explanation() },
    help: { text: `${rule.explanation()}\n\n${rule.source}` },
    helpUri: rulePage(rule),
    defaultConfiguration: { level: levels[rule.severity] },
    properties: { tags: [rule.group], source: rule.source },
  };
}

function result(finding: ReportedFinding, ruleIndex: number): Result {
  const { rule, severity, message, at, related, fixes, fingerprint } = finding;
  return {
    ruleId: rule.id,
    ruleIndex,
    level: levels[severity],
    message: { text: message },
    locations: [{ physicalLocation: physicalLocation(at) }],
    ...(related.length > 0 && { relatedLocations: related.map(relatedLocation) }),
    ...(fixes.length > 0 && { fixes: fixes.map(fix) }),
    partialFingerprints: { 'lineContents/v1': fingerprint },
    properties: { severity },
  };
}

function relatedLocation({ at, message }: { at: Region; message: string }, index: number): Location {
  return { id: index + 1, physicalLocation: physicalLocation(at), message: { text: message } };
}

function fix({ title, edits }: ReportedFix) {
  const changes = new Map<string, ArtifactChange>();
  for (const { at, text } of edits) {
    const change = changes.get(at.file) ?? { artifactLocation: artifact(at.file), replacements: [] };
    change.replacements.push({ deletedRegion: region(at), insertedContent: { text } });
    changes.set(at.file, change);
  }
  return { description: { text: title }, artifactChanges: [...changes.values()] };
}

function notification({ file, kind }: ReportedNotice): Notification {
  return {
    level: 'note',
    descriptor: { id: kind },
    message: { text: noticeText(kind) },
    locations: [{ physicalLocation: { artifactLocation: artifact(file) } }],
  };
}

function physicalLocation(at: Region): PhysicalLocation {
  return { artifactLocation: artifact(at.file), region: region(at) };
}

function artifact(file: string): ArtifactLocation {
  return path.isAbsolute(file)
    ? { uri: pathToFileURL(file).href }
    : { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: base };
}

function region({ line, column, endLine, endColumn }: Region): SarifRegion {
  return { startLine: line, startColumn: column, endLine, endColumn };
}
