import * as vscode from 'vscode';
import { checkedName } from '../certificates/request';
import { ProblemError } from '../problems';
import { askText } from './quickInput';

/** The simulated device answers here; a user with a real one gives its address. */
export const simulatedDevice = '127.0.0.1';

/** Asks for the address or name of a device, `value` to begin with; undefined when the user has cancelled. */
export function askDeviceName(title: string, value: string): Promise<string | undefined> {
  return askText({
    title,
    prompt: vscode.l10n.t(
      'The address or name by which clients reach the device. {0} is the simulated device.',
      simulatedDevice,
    ),
    value,
    ignoreFocusOut: true,
    validateInput: text => {
      try {
        checkedName(text);
        return undefined;
      } catch (error) {
        if (error instanceof ProblemError) return error.message;
        throw error;
      }
    },
  });
}
