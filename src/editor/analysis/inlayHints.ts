import * as vscode from 'vscode';
import type { LocatedHint } from '../../analysis/engine/messages';
import { addressText, certificateSectors } from '../../flash/sectors';
import { inlayHint } from '../labels';
import { inLanguage } from './functionText';
import { rangeOf } from './firmwares';

/** What the numbers in a range mean, behind them. */
export function inlayHints(hints: readonly LocatedHint[], range: vscode.Range): vscode.InlayHint[] {
  return hints.flatMap(hint => {
    const { end } = rangeOf(hint.at);
    if (!range.contains(end)) return [];
    const shown = inlayHint(end, label(hint), tooltip(hint));
    shown.paddingLeft = true;
    return [shown];
  });
}

function label(hint: LocatedHint): string {
  if (hint.kind === 'error') return hint.error.name;
  const address = `→ ${addressText(hint.address)}`;
  return hint.there === undefined ? address : `${address} · ${hint.there}`;
}

function tooltip(hint: LocatedHint): string {
  if (hint.kind === 'error') return inLanguage(hint.error);
  const there =
    hint.there === undefined
      ? vscode.l10n.t('The flash map is unknown: “flash” in esp8266-ssl.json does not set it.')
      : vscode.l10n.t('In the project’s flash layout: {0}', hint.there);
  return `${readText(hint)}\n${there}`;
}

function readText(hint: LocatedHint & { kind: 'sector' }): string {
  const [ca, own] = certificateSectors;
  switch (hint.reader) {
    case 'espconn_secure_ca_enable':
      return vscode.l10n.t('{0} is read from {1} of the flash', ca.file, addressText(hint.address));
    case 'espconn_secure_cert_req_enable':
      return vscode.l10n.t('{0} is read from {1} of the flash', own.file, addressText(hint.address));
    default:
      return vscode.l10n.t('address in the flash: {0}', addressText(hint.address));
  }
}
