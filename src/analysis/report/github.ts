import { forWorkflowCommand } from '../../text/forWorkflowCommand';
import type { Report } from './report';
import { noticeText } from './noticeText';
import type { Severity } from '../../findings/severity';

/** GitHub knows three: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
const commands = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
  hint: 'notice',
} as const satisfies Record<Severity, string>;

/** Workflow commands that make GitHub show the findings beside the lines of a change. */
export function workflowCommands({ findings, notices }: Report): string[] {
  return [
    ...findings.map(({ rule, severity, message, at, related }) => {
      const lines = [message, ...related.map(each => `${each.at.file}:${each.at.line}: ${each.message}`)];
      // Columns count within one line only.
      const columns = at.line === at.endLine ? { col: at.column, endColumn: at.endColumn } : {};
      return forWorkflowCommand(
        commands[severity],
        {
          file: at.file,
          line: at.line,
          endLine: at.endLine,
          ...columns,
          title: `${rule.id}: ${rule.title()}`,
        },
        lines.join('\n'),
      );
    }),
    ...notices.map(({ file, kind }) => forWorkflowCommand('notice', { file }, noticeText(kind))),
  ];
}
