import path from 'node:path';
import { parseArgs } from 'node:util';
import * as l10n from '@vscode/l10n';
import { Analyzer, type AnalyzerOptions, type Notice } from '../analysis/analyzer';
import { readProjects } from '../analysis/readProjects';
import { ruleGroups, severities, type Severity } from '../analysis/rule';
import { LineIndex } from '../analysis/scan';
import { ProblemError } from '../problems';
import type { Output } from './output';

/** Exit code when something was found. */
const foundSomething = 1;

export function checkHelp(): string {
  return l10n.t(`esp8266-ssl check PATH... [options]
Looks for misuse of the SSL functions in the C sources of a firmware.

  --fail-on SEVERITY     exit with 1 for findings from here on: error, warning, info or hint (default: warning)
  --rule ID=SEVERITY     change the severity of a rule or group, off to switch it off (repeatable)
  --define NAME[=VALUE]  a macro from the command line of the compiler (repeatable)`);
}

/** Runs `esp8266-ssl check`; resolves to the exit code. */
export async function check(args: string[], output: Output): Promise<number> {
  const { paths, failOn, options, defines } = parse(args);
  const analyzer = await Analyzer.create();
  const counts = new Map<Severity, number>();
  for (const given of paths) {
    for (const project of await readProjects(given, defines)) {
      const { findings, notices } = analyzer.check(project, options);
      const texts = [...project.files, ...(project.makefiles ?? [])];
      const lines = new Map(texts.map(({ path: file, text }) => [file, new LineIndex(text)]));
      const where = ({ file, start }: { file: string; start: number }) => {
        const { line, character } = lines.get(file)?.position(start) ?? { line: 0, character: 0 };
        return `${path.join(project.folder, file)}:${line + 1}:${character + 1}`;
      };
      for (const notice of notices)
        output.error(`${path.join(project.folder, notice.file)}: ${noticeText(notice)}`);
      for (const { at, severity, message, rule, related } of findings) {
        counts.set(severity, (counts.get(severity) ?? 0) + 1);
        output.out(`${where(at)}: ${severity}: ${message} [${rule.id}]`);
        for (const each of related ?? []) output.out(`  ${where(each.at)}: ${each.message}`);
      }
    }
  }
  const serious = severities.slice(0, severities.indexOf(failOn) + 1);
  return serious.some(severity => (counts.get(severity) ?? 0) > 0) ? foundSomething : 0;
}

/** Why a file was not looked at, in a sentence. */
function noticeText({ kind }: Notice): string {
  switch (kind) {
    case 'too-large':
      return l10n.t('not checked, it is larger than what people write');
    case 'not-text':
      return l10n.t('not checked, it is no text');
    case 'sdk-source':
      return l10n.t('not checked, it is a source of the SDK itself');
    case 'own-library':
      return l10n.t('the project defines functions of the SDK itself, so nothing of it is checked');
  }
}

function parse(args: string[]) {
  const { values, positionals } = parsed(args);
  if (positionals.length === 0) throw usage(l10n.t('Say which folder or file to check.'));
  const failOn = severities.find(severity => severity === values['fail-on']);
  if (failOn === undefined) throw usage(l10n.t('--fail-on must be one of: {0}.', severities.join(', ')));
  const changed = new Map<string, Severity | 'off'>();
  for (const setting of values.rule) {
    const [id = '', wanted] = setting.split('=', 2);
    const severity = [...severities, 'off' as const].find(each => each === wanted);
    if (severity === undefined || !(/^SSL\d{3}$/.test(id) || ruleGroups.some(group => group === id)))
      throw usage(l10n.t('“{0}” is no rule with a severity, such as SSL051=warning.', setting));
    changed.set(id, severity);
  }
  const defines = new Map<string, string | undefined>();
  for (const define of values.define) {
    const [, name, value] = /^([A-Za-z_]\w*)(?:=(.*))?$/.exec(define) ?? [];
    if (name === undefined) throw usage(l10n.t('“{0}” is no macro, such as NAME or NAME=1.', define));
    defines.set(name, value ?? '1');
  }
  const options: AnalyzerOptions = { severities: changed };
  return { paths: positionals, failOn, options, defines };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        'fail-on': { type: 'string', default: 'warning' },
        rule: { type: 'string', multiple: true, default: [] },
        define: { type: 'string', multiple: true, default: [] },
      },
    });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function usage(message: string): ProblemError {
  return new ProblemError({ kind: 'usage', message });
}
