import * as l10n from '@vscode/l10n';
import type { ProblemOf, Words } from '../text/problemTexts';

/** What can be wrong with what is asked for a device, in a form or in a row of a list. */
export interface RequestProblems {
  'certificate-name-empty': unknown;
  'certificate-name-invalid': { name: string };
  'client-name-invalid': { name: string; most: number };
  'certificate-option-invalid': { option: string; value: string; allowed: string };
  'organization-invalid': { organization: string; most: number };
  'csv-malformed': { fault: 'quotes' | 'too long' };
  'csv-cells': { found: number; expected: number };
  'csv-column-unknown': { column: string; known: string };
  'csv-column-twice': { column: string };
  'csv-column-missing': { column: string };
  'device-folder-invalid': { folder: string };
  'device-folder-twice': { folder: string; line: number };
}

export type RequestProblem = ProblemOf<RequestProblems>;

export const requestProblems: Words<RequestProblems, string> = {
  'certificate-name-empty': () =>
    l10n.t(
      'The certificate needs the device’s address or name. Enter an address such as 192.168.4.1, or a host name.',
    ),
  'certificate-name-invalid': problem =>
    l10n.t(
      '“{0}” is neither an IPv4 address nor a host name. Enter an address such as 192.168.4.1, or a host name. Only a client can have another name.',
      problem.name,
    ),
  'client-name-invalid': problem =>
    l10n.t(
      '“{0}” cannot be the name of a client. Use 1 to {1} characters without control characters.',
      problem.name,
      problem.most,
    ),
  'certificate-option-invalid': problem =>
    l10n.t(
      '“{0}” is not a valid value for {1}. Allowed: {2}.',
      problem.value,
      problem.option,
      problem.allowed,
    ),
  'organization-invalid': problem =>
    l10n.t(
      '“{0}” cannot be the organization in a certificate. Use 1 to {1} characters without control characters.',
      problem.organization,
      problem.most,
    ),
  'csv-malformed': problem =>
    problem.fault === 'quotes'
      ? l10n.t('Unexpected or unclosed quotation mark. Inside quotes, write it twice.')
      : l10n.t('The row is too long. A quotation mark may be unclosed.'),
  'csv-cells': problem =>
    l10n.t('The row has {0} values, the first row has {1}.', problem.found, problem.expected),
  'csv-column-unknown': problem =>
    l10n.t('Unknown column “{0}”. Columns: {1}.', problem.column, problem.known),
  'csv-column-twice': problem => l10n.t('The column “{0}” appears twice.', problem.column),
  'csv-column-missing': problem => l10n.t('The column “{0}” is missing.', problem.column),
  'device-folder-invalid': problem =>
    l10n.t(
      '“{0}” cannot be the folder of a device. Set one in the column “folder”: up to 64 letters, digits, “-”, “_” and “.”, starting with a letter or digit; not ca or manifest.',
      problem.folder,
    ),
  'device-folder-twice': problem =>
    l10n.t(
      'The folder “{0}” is already used by line {1}. Give devices with the same name different folders in the column “folder”.',
      problem.folder,
      problem.line,
    ),
};

/** Whether a row of a list is to blame, not the list or what is around it. */
export function isRequestProblem(problem: { kind: string }): problem is RequestProblem {
  return problem.kind in requestProblems;
}

/** The words of such a problem, where they are a part of another. */
export function requestSentence<K extends keyof RequestProblems>(
  problem: ProblemOf<RequestProblems, K>,
): string {
  return requestProblems[problem.kind](problem);
}
