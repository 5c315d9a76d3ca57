import { setFlagsFromString } from 'node:v8';
import { availableParallelism } from 'node:os';
import * as l10n from '@vscode/l10n';
import { ruleInfos } from '../analysis/engine/analysisEntry';
import { checkProjects } from '../analysis/engine/checkProjects';
import { hasSomething, readProjects } from '../analysis/project/readProjects';
import { withoutKnown, writeBaseline } from '../analysis/report/baseline';
import { workflowCommands } from '../analysis/report/github';
import { reportJson } from '../analysis/report/json';
import { type Report, reportOf } from '../analysis/report/report';
import { sarifLog } from '../analysis/report/sarif';
import { reportLines } from '../analysis/report/text';
import { terminalLocale } from '../language';
import { folderName } from '../files/folderName';
import type { ProblemError } from '../problems';
import { plain } from './color';
import { checkedChoice, parse, usage } from './commandLine/parse';
import { didYouMean } from './commandLine/suggest';
import { checkDescription, type checkFormats } from './commands/projects';
import { exitCodes } from './exitCodes';
import { targetWithOptions } from './targetOptions';
import type { Output } from './output';
import { severityStyles } from './severityStyles';
import { summaryText } from '../findings/counts';
import { type RuleInfo, ruleGroups } from '../findings/rule';
import { isRuleName, ruleNames } from '../findings/ruleNames';
import { type ChosenSeverities, severities, type Severity } from '../findings/severity';

/** % of what is alive: 300,000 lines take 0.9 GB with it and 1.1 GB without, at a tenth more processor time. */
const heapGrowth = 60;

/** Runs `esp8266-ssl check`; resolves to the exit code. */
export async function check(args: string[], output: Output, signal?: AbortSignal): Promise<number> {
  // V8 lets the heap of a large tree grow to twice and more of what is alive before it collects.
  setFlagsFromString(`--heap-growing-percent=${heapGrowth}`);
  const { paths, allowsEmpty, format, failOn, baseline, updates, rules, changed, defines, target, threads } =
    request(args);
  const projects = (
    await Promise.all(
      paths.map(async given => {
        const found = await readProjects(given, defines);
        if (!allowsEmpty && !found.some(hasSomething)) throw nothingToCheck(given);
        return found;
      }),
    )
  ).flat();
  const asked = projects.map(project => ({
    ...project,
    severities: new Map([...project.severities, ...changed]),
    target: { ...project.target, ...target },
  }));
  const locale = terminalLocale(process.env);
  const results = await checkProjects(asked, { rules, now: Date.now(), threads, locale, signal });
  const all = reportOf(results);
  if (baseline !== undefined && updates) {
    writeBaseline(all, baseline);
    output.error(l10n.t('{0} written, findings: {1}.', baseline, all.findings.length));
    return 0;
  }
  const report = baseline === undefined ? all : await newIn(all, baseline, paths, rules, output);
  print(report, format, rules, output);
  const serious = severities.slice(0, failOn === 'never' ? 0 : severities.indexOf(failOn) + 1);
  return report.findings.some(({ severity }) => serious.includes(severity))
    ? exitCodes.failed
    : exitCodes.done;
}

function nothingToCheck(given: string): ProblemError {
  return usage(
    l10n.t(
      '{0} has no C sources, Makefiles or certificates to check. Use --allow-empty to accept that.',
      folderName(given),
    ),
  );
}

/** What the baseline does not have; says what it has in vain. */
async function newIn(
  all: Report,
  baseline: string,
  paths: readonly string[],
  rules: readonly RuleInfo[],
  output: Output,
): Promise<Report> {
  const { report, gone } = await withoutKnown(all, baseline, {
    paths,
    rules: new Set(rules.map(({ id }) => id)),
  });
  for (const { rule, file } of gone)
    output.error(
      l10n.t('{0}: {1} is no longer found in {2}; --update-baseline drops it.', baseline, rule, file),
    );
  return report;
}

function print(
  report: Report,
  format: (typeof checkFormats)[number],
  rules: readonly RuleInfo[],
  output: Output,
): void {
  switch (format) {
    case 'text': {
      const { paint = plain } = output;
      const { found, notChecked } = reportLines(report, (severity, text) =>
        paint(severityStyles[severity], text),
      );
      for (const line of notChecked) output.error(line);
      for (const line of found) output.out(line);
      output.error(summaryText(report.findings));
      break;
    }
    case 'json':
      output.out(JSON.stringify(reportJson(report), undefined, 2), 'json');
      break;
    case 'sarif':
      output.out(JSON.stringify(sarifLog(report, rules), undefined, 2), 'json');
      break;
    case 'github':
      for (const line of workflowCommands(report)) output.out(line, 'workflow command');
  }
}

function request(args: string[]) {
  const { given: values, operands } = parse(checkDescription, args);
  const { baseline, 'update-baseline': updates } = values;
  if (updates && baseline === undefined) throw usage(l10n.t('--update-baseline needs --baseline FILE.'));
  return {
    paths: operands,
    allowsEmpty: values['allow-empty'],
    format: values.format,
    failOn: values['fail-on'],
    baseline,
    updates,
    ...ruleSettings(values.rule),
    defines: definesOf(values.define),
    target: targetWithOptions(values),
    // One processor is busy with what V8 does beside: of two processors a second thread has nothing.
    threads: values.threads ?? Math.max(1, availableParallelism() - 1),
  };
}

function unknownRule(name: string): ProblemError {
  return usage(
    l10n.t('Unknown rule or group: {0}.', name) +
      (didYouMean(name, ruleNames) || ` ${l10n.t('Groups: {0}.', ruleGroups.join(', '))}`),
  );
}

function ruleSettings(settings: readonly string[]): {
  rules: readonly RuleInfo[];
  changed: ChosenSeverities;
} {
  const changed = new Map<string, Severity | 'off'>();
  const only = new Set<string>();
  for (const setting of settings) {
    const [name = '', wanted] = setting.split('=', 2);
    if (!isRuleName(name)) throw unknownRule(name);
    if (wanted === undefined) only.add(name);
    else changed.set(name, checkedChoice(`rule ${name}`, wanted, [...severities, 'off'] as const));
  }
  const rules =
    only.size === 0 ? ruleInfos : ruleInfos.filter(({ id, group }) => only.has(id) || only.has(group));
  return { rules, changed };
}

function definesOf(given: readonly string[]): ReadonlyMap<string, string | undefined> {
  const defines = new Map<string, string | undefined>();
  for (const define of given) {
    const [, name, value] = /^([A-Za-z_]\w*)(?:=(.*))?$/.exec(define) ?? [];
    if (name !== undefined) defines.set(name, value ?? '1');
  }
  return defines;
}
