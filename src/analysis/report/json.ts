import { version } from '../../../package.json';
import type { Report } from './report';
import { rulePage } from './noticeText';
import { countFindings } from '../../findings/counts';

/** The report as a JSON value; docs/check.md describes it. */
export function reportJson({ findings, notices }: Report): object {
  return {
    version: 1,
    tool: { name: 'esp8266-ssl', version },
    findings: findings.map(({ rule, severity, message, at, related, fixes, fingerprint }) => ({
      rule: rule.id,
      group: rule.group,
      severity,
      title: rule.title(),
      message,
      ...at,
      related: related.map(each => ({ ...each.at, message: each.message })),
      fixes: fixes.map(({ title, safe, edits }) => ({
        title,
        safe,
        edits: edits.map(edit => ({ ...edit.at, text: edit.text })),
      })),
      fingerprint,
      help: rulePage(rule),
    })),
    notices,
    counts: countFindings(findings),
  };
}
