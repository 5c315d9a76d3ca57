import * as vscode from 'vscode';
import { rulesConcerning } from '../../analysis/engine/analysisEntry';
import { errors } from '../../sdk/errors';
import type { Returned, SdkFunction } from '../../sdk/functions';
import { parameterMeaning } from '../../sdk/parameters';
import { addText } from '../labels';
import { ruleCommand } from './manifestNames';
import type { RuleInfo } from '../../findings/rule';

/** A text of the SDK's tables in the user's language. */
export function inLanguage({ en, zh }: { en: string; zh: string }): string {
  return vscode.env.language.toLowerCase().startsWith('zh') ? zh : en;
}

/** What a function does and what to mind; its declaration is left to those who read the headers. */
export function functionText(known: SdkFunction): vscode.MarkdownString {
  const text = new vscode.MarkdownString(undefined, true);
  text.isTrusted = { enabledCommands: [ruleCommand] };
  addText(text, inLanguage(known));
  const lines = [...parameterLines(known), ...returnLines(known), ...whenLine(known), ...sinceLine(known)];
  if (lines.length > 0) text.appendMarkdown(`\n\n${lines.map(line => `- ${line}`).join('\n')}`);
  const concerned = rulesConcerning(known.name);
  if (concerned.length > 0) text.appendMarkdown(`\n\n${concerned.map(ruleLink).join(' · ')}`);
  return text;
}

/** What is allowed for a parameter; undefined where nothing is known. */
function rangeText(known: SdkFunction, parameter: string): string | undefined {
  const [least, most] = known.ranges?.[parameter] ?? [];
  if (least === undefined || most === undefined) return undefined;
  return vscode.l10n.t('{0} to {1}', least, most);
}

function parameterLines(known: SdkFunction): string[] {
  return known.parameters.flatMap(({ name }) => {
    const text = parameterText(known, name);
    return text === undefined ? [] : [`\`${name}\`: ${text}`];
  });
}

/** What a parameter means and what is allowed for it; undefined where nothing is known but its name. */
export function parameterText(known: SdkFunction, parameter: string): string | undefined {
  const meaning = known.family === 'espconn' ? parameterMeaning(parameter) : undefined;
  const range = rangeText(known, parameter);
  if (meaning === undefined || range === undefined) return meaning ? inLanguage(meaning) : range;
  return vscode.l10n.t('{0} ({1})', inLanguage(meaning), range);
}

function returnLines({ returns }: SdkFunction): string[] {
  if (returns === undefined) return [];
  return [vscode.l10n.t('returns {0}', returns.map(returnedText).join(', '))];
}

function returnedText(value: Returned): string {
  const error = errors.find(({ name }) => name === value);
  if (error !== undefined) return `\`${error.name}\` (${error.value}, ${inLanguage(error)})`;
  switch (value) {
    case 'size':
      return vscode.l10n.t('a size');
    case 'length':
      return vscode.l10n.t('a length');
    case 'number':
      return vscode.l10n.t('a number');
    case 'port':
      return vscode.l10n.t('a port');
    default:
      return `\`${value}\``;
  }
}

const whenTexts: Record<NonNullable<SdkFunction['when']>, () => string> = {
  user_pre_init: () => vscode.l10n.t('call it in user_pre_init'),
  user_init: () => vscode.l10n.t('call it in user_init'),
  'not in user_init': () => vscode.l10n.t('do not call it in user_init'),
  'after got IP': () => vscode.l10n.t('call it when the station has its IP address'),
  'before accept or connect': () => vscode.l10n.t('call it before the connection is accepted or made'),
  'before accept': () => vscode.l10n.t('call it before the server accepts'),
  'while connected': () => vscode.l10n.t('call it while connected'),
  'not in a callback of the connection': () =>
    vscode.l10n.t('do not call it in a callback of the connection'),
};

function whenLine({ when }: SdkFunction): string[] {
  return when === undefined ? [] : [whenTexts[when]()];
}

function sinceLine({ since, header }: SdkFunction): string[] {
  // What no header of the SDK declares belongs to the compiler.
  if (since === undefined && header === undefined) return [];
  return [since === undefined ? vscode.l10n.t('since SDK 1.0') : vscode.l10n.t('since SDK {0}', since)];
}

function ruleLink({ id, title }: RuleInfo): string {
  const target = `command:${ruleCommand}?${encodeURIComponent(JSON.stringify([id]))}`;
  return `[${id}](${target} "${title().replaceAll('"', '”')}")`;
}
