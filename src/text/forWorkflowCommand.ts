import { visible } from './visible';

/** Returns a workflow command of GitHub: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export function forWorkflowCommand(
  name: string,
  properties: Record<string, string | number>,
  message: string,
): string {
  const list = Object.entries(properties).map(
    ([key, value]) =>
      `${key}=${escapeData(visible(String(value)))
        .replaceAll(':', '%3A')
        .replaceAll(',', '%2C')}`,
  );
  return `::${name} ${list.join(',')}::${escapeData(visible(message, '\n'))}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\n', '%0A').replaceAll('##[', '##\\x5b');
}
