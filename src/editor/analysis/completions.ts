import * as vscode from 'vscode';
import { blank, callAround } from '../../analysis/source/callAround';
import { sdkConstant } from '../../analysis/program/program';
import { errors } from '../../sdk/errors';
import { sdkFunction } from '../../sdk/functions';
import { inLanguage } from './functionText';

/** Extensions that complete names from the headers: with them, nothing is said twice. */
const readersOfHeaders = ['ms-vscode.cpptools', 'llvm-vs-code-extensions.vscode-clangd'];

/** The names that fit where a level or an error of espconn is wanted. */
export function completions(
  document: vscode.TextDocument,
  position: vscode.Position,
): vscode.CompletionItem[] {
  if (readersOfHeaders.some(id => vscode.extensions.getExtension(id) !== undefined)) return [];
  const text = document.getText();
  const offset = document.offsetAt(position);
  const around = callAround(text, offset);
  const known = around && sdkFunction(around.name);
  if (known?.group === 'secure' && known.parameters[around?.argument ?? 0]?.name === 'level') return levels();
  return isHeldAgainstResult(blank(text.slice(0, offset))) ? errorNames() : [];
}

function levels(): vscode.CompletionItem[] {
  const meanings = {
    ESPCONN_CLIENT: vscode.l10n.t('connections made by espconn_secure_connect'),
    ESPCONN_SERVER: vscode.l10n.t('the server of espconn_secure_accept'),
    ESPCONN_BOTH: vscode.l10n.t('client and server'),
  };
  return Object.entries(meanings).map(([name, meaning]) => item(name, sdkConstant(name), meaning));
}

function errorNames(): vscode.CompletionItem[] {
  return errors
    .filter(({ isPublic }) => isPublic)
    .map(error => item(error.name, error.value, inLanguage(error)));
}

function item(name: string, value: number | undefined, meaning: string): vscode.CompletionItem {
  const made = new vscode.CompletionItem(
    { label: name, description: String(value) },
    vscode.CompletionItemKind.Constant,
  );
  made.detail = meaning;
  made.sortText = `0${name}`;
  return made;
}

/** How far back an expression is looked for, in characters: a search that ends at the cursor takes the square of that. */
const farthest = 2000;

/** Whether the code ends behind `==` or `!=`, held against what a function of espconn answered. */
function isHeldAgainstResult(code: string): boolean {
  const near = code.slice(-farthest);
  const [, operand] = /(\w+|\))\s*[=!]=\s*\w*$/.exec(near) ?? [];
  if (operand === undefined) return false;
  if (operand === ')') return /\bespconn_\w+\s*\([^;{}]*\)\s*[=!]=\s*\w*$/.test(near);
  const assigned = new RegExp(String.raw`\b${operand}\s*=\s*espconn_\w+\s*\(`);
  // The error is the second parameter of a reconnect callback.
  const parameter = new RegExp(String.raw`\(\s*void\s*\*\s*\w+\s*,\s*(?:sint8|s8|int8_t)\s+${operand}\s*\)`);
  return assigned.test(code) || parameter.test(code);
}
