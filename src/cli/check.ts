import { availableParallelism } from 'node:os';
import * as l10n from '@vscode/l10n';
import { ruleInfos } from '../analysis/checkProject';
import { checkProjects } from '../analysis/checkProjects';
import { hasSomething, readProjects } from '../analysis/readProjects';
import { withoutKnown, writeBaseline } from '../analysis/report/baseline';
import { countFindings, countsText } from '../analysis/report/counts';
import { workflowCommands } from '../analysis/report/github';
import { reportJson } from '../analysis/report/json';
import { type Report, reportOf } from '../analysis/report/report';
import { sarifLog } from '../analysis/report/sarif';
import { reportLines } from '../analysis/report/text';
import type { RuleInfo } from '../analysis/rule';
import { terminalLocale } from '../language';
import { isRuleName, severities, type Severity } from '../project/ruleNames';
import { defaultTarget, type Target } from '../project/target';
import { librariesOf, sdkVersions, tlsLibraries } from '../sdk/tls';
import type { ProblemError } from '../problems';
import type { Output } from './output';
import { parseArguments, usage } from './parseOptions';

/** Exit code when something was found. */
const foundSomething = 1;

const formats = ['text', 'json', 'sarif', 'github'] as const;
type Format = (typeof formats)[number];

export function checkHelp(): string {
  return l10n.t(
    `esp8266-ssl check PATH... [options]
Looks for misuse of the SSL functions in the C sources of a firmware, and for what is wrong with its certificates and its
Makefile. What esp8266-ssl.json says holds too.
Exit code 0: nothing found; 1: findings; 2: could not run.

  --format FORMAT        {0} (default: text)
  --fail-on SEVERITY     exit with 1 for findings from here on: {1} or never (default: warning)
  --baseline FILE        leave out the findings that this file has
  --update-baseline      write all findings into that file instead
  --rule ID[=SEVERITY]   change the severity of a rule or group, off to switch it off; without severity: look for
                         nothing but this (repeatable)
  --define NAME[=VALUE]  a macro from the command line of the compiler (repeatable)
  --sdk VERSION          version of the SDK: {2} (default: what the project says)
  --tls-library LIBRARY  library that the firmware is linked with: {3} (default: what the project says)
  --allow-empty          accept a PATH with nothing to check; without it that is an error
  --threads COUNT        how many projects are checked at once (default: one less than there are processors)`,
    formats.join(', '),
    severities.join(', '),
    `${sdkVersions[0]} … ${defaultTarget.sdk}`,
    tlsLibraries.join(', '),
  );
}

/** Runs `esp8266-ssl check`; resolves to the exit code. */
export async function check(args: string[], output: Output, signal?: AbortSignal): Promise<number> {
  const { paths, allowsEmpty, format, failOn, baseline, updates, rules, changed, defines, target, threads } =
    parse(args);
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
  return report.findings.some(({ severity }) => serious.includes(severity)) ? foundSomething : 0;
}

function nothingToCheck(given: string): ProblemError {
  return usage(
    l10n.t(
      '{0} has no C sources, Makefiles or certificates to check. Use --allow-empty to accept that.',
      given,
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

function print(report: Report, format: Format, rules: readonly RuleInfo[], output: Output): void {
  switch (format) {
    case 'text': {
      const { found, notChecked } = reportLines(report);
      for (const line of notChecked) output.error(line);
      for (const line of found) output.out(line);
      output.error(countsText(countFindings(report.findings)));
      break;
    }
    case 'json':
      output.out(JSON.stringify(reportJson(report), undefined, 2));
      break;
    case 'sarif':
      output.out(JSON.stringify(sarifLog(report, rules), undefined, 2));
      break;
    case 'github':
      for (const line of workflowCommands(report)) output.out(line);
  }
}

function parse(args: string[]) {
  const { values, positionals } = parsed(args);
  if (positionals.length === 0) throw usage(l10n.t('Say which folder or file to check.'));
  const { baseline, 'update-baseline': updates } = values;
  if (updates && baseline === undefined) throw usage(l10n.t('--update-baseline needs --baseline FILE.'));
  return {
    paths: positionals,
    allowsEmpty: values['allow-empty'],
    format: chosen('--format', values.format, formats),
    failOn: chosen('--fail-on', values['fail-on'], [...severities, 'never'] as const),
    baseline,
    updates,
    ...ruleSettings(values.rule),
    defines: definesOf(values.define),
    target: targetOf(values.sdk, values['tls-library']),
    threads: threadsOf(values.threads),
  };
}

function ruleSettings(settings: readonly string[]): {
  rules: readonly RuleInfo[];
  changed: ReadonlyMap<string, Severity | 'off'>;
} {
  const changed = new Map<string, Severity | 'off'>();
  const only = new Set<string>();
  for (const setting of settings) {
    const [name = '', wanted] = setting.split('=', 2);
    const severity = [...severities, 'off' as const].find(each => each === wanted);
    if (!isRuleName(name)) throw usage(l10n.t('Unknown rule or group: {0}.', name));
    if (wanted !== undefined && severity === undefined)
      throw usage(l10n.t('{0} must be one of: {1}.', setting, [...severities, 'off'].join(', ')));
    if (severity === undefined) only.add(name);
    else changed.set(name, severity);
  }
  const rules =
    only.size === 0 ? ruleInfos : ruleInfos.filter(({ id, group }) => only.has(id) || only.has(group));
  return { rules, changed };
}

function definesOf(given: readonly string[]): ReadonlyMap<string, string | undefined> {
  const defines = new Map<string, string | undefined>();
  for (const define of given) {
    const [, name, value] = /^([A-Za-z_]\w*)(?:=(.*))?$/.exec(define) ?? [];
    if (name === undefined) throw usage(l10n.t('“{0}” is no macro, such as NAME or NAME=1.', define));
    defines.set(name, value ?? '1');
  }
  return defines;
}

function targetOf(version: string | undefined, library: string | undefined): Target {
  const sdk = version === undefined ? undefined : chosen('--sdk', version, sdkVersions);
  const tlsLibrary =
    library === undefined
      ? undefined
      : chosen('--tls-library', library, librariesOf(sdk ?? defaultTarget.sdk));
  return { ...(sdk && { sdk }), ...(tlsLibrary && { tlsLibrary }) };
}

function threadsOf(given: string | undefined): number {
  // One processor is busy with what V8 does beside: of two processors a second thread has nothing.
  if (given === undefined) return Math.max(1, availableParallelism() - 1);
  if (!/^[1-9]\d{0,2}$/.test(given)) throw usage(l10n.t('--threads must be a number from 1 to 999.'));
  return Number(given);
}

function chosen<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find(each => each === value);
  if (found === undefined) throw usage(l10n.t('{0} must be one of: {1}.', option, allowed.join(', ')));
  return found;
}

function parsed(args: string[]) {
  return parseArguments(args, {
    format: { type: 'string', default: 'text' },
    'fail-on': { type: 'string', default: 'warning' },
    baseline: { type: 'string' },
    'update-baseline': { type: 'boolean', default: false },
    rule: { type: 'string', multiple: true, default: [] },
    define: { type: 'string', multiple: true, default: [] },
    sdk: { type: 'string' },
    'tls-library': { type: 'string' },
    threads: { type: 'string' },
    'allow-empty': { type: 'boolean', default: false },
  });
}
