import * as l10n from '@vscode/l10n';
import type { Finding, Judgement, Severity } from './judge';
import { severityOf } from './judge';
import { placeText } from './place';
import type { SentCertificate } from './sentCertificate';
import type { Visit } from './visit';
import { anchorText, certificateText, findingWords, type FindingWords, verdictText } from './words';
import { forMarkdown } from '../../text/forMarkdown';

/** A visit and what follows from it, in words. */
export interface Report {
  server: string;
  ip: string;
  verdict: string;
  findings: (FindingWords & { severity: Severity; label: string })[];
  /** What the server sent. */
  certificates: string[];
  /** Which certificate the device must hold. */
  anchor?: string;
}

/** `device`: “libmbedtls of SDK 3.0.6, buffer 4096”. */
export function reportOf({ place, ip }: Visit, judgement: Judgement, device: string): Report {
  const server = placeText(place);
  return {
    server,
    ip,
    verdict: verdictText(judgement.verdict, server, device),
    findings: judgement.findings.map(finding => {
      const severity = severityOf(finding);
      return { severity, label: labels[severity](), ...findingWords(finding) };
    }),
    certificates: judgement.sent.map(each => (each ? certificateText(each) : l10n.t('not readable'))),
    ...(judgement.anchor && { anchor: anchorText(judgement.anchor) }),
  };
}

/** As reports call the device. */
export function deviceText(library: string, sdk: string, buffer: number): string {
  return l10n.t('{0} of SDK {1} and a buffer of {2} bytes', library, sdk, buffer);
}

const labels: Record<Severity, () => string> = {
  fatal: () => l10n.t('prevents the connection'),
  unverified: () => l10n.t('prevents verification'),
  warning: () => l10n.t('warning'),
  note: () => l10n.t('note'),
};

/** The report as lines of plain text. */
export function reportLines(report: Report): string[] {
  return [
    report.verdict,
    ...report.findings.flatMap(({ label, text, advice }) => [
      `  ${label}: ${text}`,
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
      ({ label, text, advice }) =>
        `- **${forMarkdown(label)}:** ${forMarkdown(text)}${advice === undefined ? '' : `  \n  → ${forMarkdown(advice)}`}`,
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
export function reportJson(visit: Visit, judgement: Judgement) {
  const { verdict, findings, sent, anchor } = judgement;
  return {
    server: { ...visit.place, ip: visit.ip },
    verdict,
    findings: findings.map((finding: Finding) => ({
      ...finding,
      severity: severityOf(finding),
      ...findingWords(finding),
    })),
    certificates: sent.map(each => (each ? certificateJson(each) : null)),
    anchor: anchor
      ? { ...certificateJson(anchor.certificate), origin: anchor.origin, role: anchor.kind }
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
