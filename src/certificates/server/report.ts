import * as l10n from '@vscode/l10n';
import type { RuleId } from '../../findings/rule';
import { type ChosenSeverities, chosenSeverity, type Severity } from '../../findings/severity';
import { severityText } from '../../findings/severityText';
import type { Prevents, ServerFinding } from './finding';
import { findingText, type FindingText } from './findingText';
import type { Compatibility } from './compatibility';
import { serverAddressText } from './serverAddress';
import type { SentCertificate } from './sentCertificate';
import type { Visit } from './visit';
import { anchorText, certificateText, verdictText } from './certificateText';
import { forMarkdown } from '../../text/forMarkdown';

/** A visit and what follows from it, in words. */
export interface Report {
  server: string;
  ip: string;
  verdict: string;
  findings: (FindingText & { rule: RuleId; severity: Severity; label: string })[];
  /** What the server sent. */
  certificates: string[];
  /** Which certificate the device must hold, or that none fits. */
  anchor?: string;
}

/** `device`: “libmbedtls of SDK 3.0.6, buffer 4096”. Settings change what is shown of findings, never the verdict. */
export function reportOf(
  { place, ip }: Visit,
  judgement: Compatibility,
  device: string,
  severities: ChosenSeverities = new Map(),
): Report {
  const server = serverAddressText(place);
  return {
    server,
    ip,
    verdict: verdictText(judgement.verdict, server, device),
    findings: shown(judgement.findings, severities).map(finding => ({
      rule: finding.rule,
      severity: finding.severity,
      label: finding.prevents === undefined ? severityText(finding.severity) : preventsText(finding.prevents),
      ...findingText(finding),
    })),
    certificates: judgement.sent.map(each => (each ? certificateText(each) : l10n.t('not readable'))),
    ...(judgement.anchor && { anchor: anchorText(judgement.anchor) }),
  };
}

/** As reports call the device. */
export function deviceText(library: string, sdk: string, buffer: number): string {
  return l10n.t('{0} of SDK {1} and a buffer of {2} bytes', library, sdk, buffer);
}

/** Findings as settings have them. */
function shown(findings: readonly ServerFinding[], severities: ChosenSeverities): ServerFinding[] {
  return findings.flatMap((finding): ServerFinding[] => {
    const severity = chosenSeverity(severities, { id: finding.rule, group: 'server' }) ?? finding.severity;
    return severity === 'off' ? [] : [{ ...finding, severity }];
  });
}

function preventsText(prevents: Prevents): string {
  return prevents === 'connection' ? l10n.t('prevents the connection') : l10n.t('prevents verification');
}

/** The report as lines of plain text. */
export function reportLines(report: Report): string[] {
  return [
    report.verdict,
    ...report.findings.flatMap(({ rule, label, text, advice }) => [
      `  ${label}: ${text} [${rule}]`,
      ...(advice === undefined ? [] : [`      ${advice}`]),
    ]),
    ...(report.certificates.length === 0 ? [] : [l10n.t('{0} ({1}) sends:', report.server, report.ip)]),
    ...report.certificates.map((text, at) => `  ${at + 1}. ${text}`),
    ...(report.anchor === undefined ? [] : [report.anchor]),
  ];
}

/** The report as Markdown, in which nothing of what the server sent is markup. */
export function reportMarkdown(report: Report): string {
  const lines = [
    `# ${forMarkdown(report.server)}`,
    '',
    `**${forMarkdown(report.verdict)}**`,
    '',
    ...report.findings.map(
      ({ rule, label, text, advice }) =>
        `- **${forMarkdown(label)}:** ${forMarkdown(text)} (${rule})${advice === undefined ? '' : `  \n  → ${forMarkdown(advice)}`}`,
    ),
    '',
    ...(report.certificates.length === 0
      ? []
      : [`## ${forMarkdown(l10n.t('{0} ({1}) sends:', report.server, report.ip))}`, '']),
    ...report.certificates.map((text, at) => `${at + 1}. ${forMarkdown(text)}`),
    '',
    ...(report.anchor === undefined ? [] : [`## esp_ca_cert.bin`, '', forMarkdown(report.anchor), '']),
  ];
  return lines.join('\n');
}

/** The report for programs: data and words; dates as ISO 8601 writes them. */
export function reportJson(visit: Visit, judgement: Compatibility, severities: ChosenSeverities = new Map()) {
  const { verdict, findings, sent, anchor } = judgement;
  return {
    server: { ...visit.place, ip: visit.ip },
    verdict,
    findings: shown(findings, severities).map(finding => ({ ...finding, ...findingText(finding) })),
    certificates: sent.map(each => (each ? certificateJson(each) : null)),
    anchor: anchor
      ? {
          ...certificateJson(anchor.certificate),
          origin: anchor.origin,
          role: anchor.kind,
          usable: anchor.isUsable,
        }
      : null,
  };
}

function certificateJson({ x509, keyType, bits, signature, notBefore, notAfter }: SentCertificate) {
  return {
    subject: x509.subject,
    issuer: x509.issuer,
    keyType,
    bits,
    signature,
    notBefore,
    notAfter,
    fingerprint256: x509.fingerprint256,
  };
}
