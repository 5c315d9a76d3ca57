import * as vscode from 'vscode';
import type { PageTexts } from './pageMessages';

/** The texts of the page in the language in use. */
export function pageTexts(): PageTexts {
  return {
    map: vscode.l10n.t('Flash map'),
    fota: vscode.l10n.t('Firmware'),
    sdk: vscode.l10n.t('SDK version'),
    wholeFlash: vscode.l10n.t('The whole flash, to scale'),
    enlarged: vscode.l10n.t('Enlarged: sectors {0} to {1}'),
    wider: vscode.l10n.t('Show More'),
    closer: vscode.l10n.t('Show Less'),
    table: vscode.l10n.t('Parts of the flash'),
    name: vscode.l10n.t('Name'),
    address: vscode.l10n.t('Address'),
    sector: vscode.l10n.t('Sector'),
    size: vscode.l10n.t('Size'),
    used: vscode.l10n.t('Used'),
    file: vscode.l10n.t('File'),
    state: vscode.l10n.t('State'),
    free: vscode.l10n.t('Free'),
    fine: vscode.l10n.t('In order'),
    error: vscode.l10n.t('Error'),
    warning: vscode.l10n.t('Warning'),
    hint: vscode.l10n.t('Note'),
    noPlace: vscode.l10n.t('nowhere'),
    place: vscode.l10n.t('Place'),
    placeHint: vscode.l10n.t('Sector, address or distance: 0x3B, 0x3B000, 59, 236 KB'),
    move: vscode.l10n.t('Move'),
    fit: vscode.l10n.t('Put It Where It Fits'),
    remove: vscode.l10n.t('Remove'),
    showText: vscode.l10n.t('Show in Text'),
    placeHere: vscode.l10n.t('Place Here…'),
    showProblem: vscode.l10n.t('Show the Line'),
    notes: vscode.l10n.t('Findings'),
    noNotes: vscode.l10n.t('Nothing to complain of.'),
    brings: vscode.l10n.t('“{0}” would bring:'),
    apply: vscode.l10n.t('Apply'),
    cancel: vscode.l10n.t('Cancel'),
    region: vscode.l10n.t('{0}: sector {1}, address {2}, {3}. Arrow keys move it.'),
    dropHint: vscode.l10n.t('Or drop a file here from the explorer, with the Shift key held.'),
  };
}
