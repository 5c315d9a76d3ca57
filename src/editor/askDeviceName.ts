import * as vscode from 'vscode';
import type { Role } from '../certificates/layouts';
import { checkedName } from '../certificates/request';
import { ProblemError } from '../problems';
import { certificateSettings } from '../project/settings/certificates';
import { asSentence } from '../text/sentence';
import { askText } from './quickInput';

/** The simulated device answers here; a user with a real one gives its address. */
export const simulatedDevice = '127.0.0.1';

/** What a user without a device enters. */
export function nameHint(): string {
  return vscode.l10n.t('{0} is the simulated device.', simulatedDevice);
}

/** Asks for the address or name of a device in this role, `value` to start with; undefined when the user has cancelled. */
export function askDeviceName(
  title: string,
  value: string,
  role: Role = 'server',
): Promise<string | undefined> {
  return askText({
    title,
    prompt: `${asSentence(certificateSettings.name.words())}${nameHint()}`,
    value,
    ignoreFocusOut: true,
    validateInput: text => {
      try {
        checkedName(text, role);
        return undefined;
      } catch (error) {
        if (error instanceof ProblemError) return error.message;
        throw error;
      }
    },
  });
}
