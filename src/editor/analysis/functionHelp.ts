import * as vscode from 'vscode';
import { blank, callAround } from '../../analysis/source/callAround';
import { calledFunction } from '../../sdk/functionMacros';
import { sdkFunction } from '../../sdk/functions';
import { functionText, inLanguage, parameterText } from './functionText';

/** What there is to know of the SDK's function under the mouse. */
export function functionHover(
  document: vscode.TextDocument,
  position: vscode.Position,
): vscode.Hover | undefined {
  const range = document.getWordRangeAtPosition(position, /[A-Za-z_]\w*/);
  if (range === undefined) return undefined;
  const name = document.getText(range);
  const known = calledFunction(name);
  if (known === undefined) return undefined;
  // Names in comments and strings are words.
  const code = blank(document.getText(new vscode.Range(new vscode.Position(0, 0), range.end)));
  return code.endsWith(name) ? new vscode.Hover(functionText(known), range) : undefined;
}

/** The parameters of the SDK's function whose arguments are being written. */
export function functionSignature(
  document: vscode.TextDocument,
  position: vscode.Position,
): vscode.SignatureHelp | undefined {
  const around = callAround(document.getText(), document.offsetAt(position));
  const known = around && sdkFunction(around.name);
  if (around === undefined || known === undefined) return undefined;
  const signature = new vscode.SignatureInformation(known.prototype, inLanguage(known));
  let from = known.prototype.indexOf('(') + 1;
  for (const { name } of known.parameters) {
    const end = known.prototype.indexOf(', ', from);
    const to = end < 0 ? known.prototype.length - 1 : end;
    signature.parameters.push(new vscode.ParameterInformation([from, to], parameterText(known, name)));
    from = to + 2;
  }
  const help = new vscode.SignatureHelp();
  help.signatures = [signature];
  help.activeSignature = 0;
  help.activeParameter = around.argument;
  return help;
}
