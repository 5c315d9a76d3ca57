import * as l10n from '@vscode/l10n';
import type { Simulator } from '../simulator/simulator';

const pins = 16;
const maxAdc = 1024;

/** A command of the debug console, by its first word: what it does with the rest, and says. Undefined where the rest makes no sense. */
const commands: Readonly<
  Record<
    string,
    { usage: string; purpose: () => string; run: (rest: string, simulator: Simulator) => string | undefined }
  >
> = {
  send: {
    usage: 'send TEXT',
    purpose: () => l10n.t('Sends a line to UART0. In quotes: exactly that text, with escapes as in JSON.'),
    run: (rest, simulator) => {
      const text = sentText(rest);
      if (text === undefined) return undefined;
      const bytes = Buffer.from(text);
      simulator.input(bytes);
      return l10n.t('Bytes sent to UART0: {0}', bytes.length);
    },
  },
  pin: {
    usage: 'pin 4 1',
    purpose: () => l10n.t('Drives a GPIO pin from outside, here GPIO4 high.'),
    run: (rest, simulator) => {
      const [, number = '', level] = /^(\d{1,2})\s+([01])$/.exec(rest) ?? [];
      const pin = Number(number);
      if (level === undefined || pin >= pins) return undefined;
      simulator.setPin(pin, level === '1' ? 1 : 0);
      return l10n.t('GPIO{0} is driven {1}.', pin, level === '1' ? l10n.t('high') : l10n.t('low'));
    },
  },
  adc: {
    usage: 'adc 300',
    purpose: () => l10n.t('Sets what system_adc_read returns, from 0 to 1024.'),
    run: (rest, simulator) => {
      if (!/^\d{1,4}$/.test(rest) || Number(rest) > maxAdc) return undefined;
      simulator.setAdc(Number(rest));
      return l10n.t('The ADC reads {0}.', Number(rest));
    },
  },
};

/** What a line of the debug console does with the device; undefined for a line that is an expression. */
export function deviceCommand(
  line: string,
  simulator: Simulator,
): { result: string } | { problem: string } | undefined {
  if (line.trim() === 'help') return { result: help() };
  const [, word = '', rest = ''] = /^(\w+)\s+(.*?)\s*$/s.exec(line) ?? [];
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  // “adc - 1” is an expression about a variable of that name.
  if (command === undefined || /^([-+*/%&|^<>=!?.[]|&&)/.test(rest)) return undefined;
  const result = command.run(rest, simulator);
  return result === undefined ? { problem: l10n.t('Write it like this: {0}', command.usage) } : { result };
}

function help(): string {
  const lines = Object.values(commands).map(({ usage, purpose }) => `${usage.padEnd(12)}${purpose()}`);
  return [...lines, l10n.t('Anything else is a C expression, evaluated while the device is paused.')].join(
    '\n',
  );
}

/** In quotes exactly what they hold, with the escapes of JSON; else a line. */
function sentText(rest: string): string | undefined {
  if (!rest.startsWith('"')) return `${rest}\n`;
  try {
    const text: unknown = JSON.parse(rest);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}
