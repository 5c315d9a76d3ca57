import * as l10n from '@vscode/l10n';
import type { Door } from '../text/remedies';
import type { DeviceEvent } from './events';

/** What the device may not reach, and how to allow it. */
export function deniedText(event: DeviceEvent & { kind: 'outbound-denied' }, door: Door): string {
  const { name, remote, refusal, place, target } = event;
  const what = name === undefined ? remote : `${name} (${remote})`;
  if (refusal === 'off')
    return l10n.t(
      'The device may not reach {0}: outbound connections to it are not allowed ({1}).',
      what,
      door === 'terminal' ? '--outbound' : '"network.outbound"',
    );
  const reason =
    place === 'host'
      ? l10n.t('The device may not reach {0}: it is this computer.', what)
      : l10n.t('The device may not reach {0}: it is in a private network.', what);
  return `${reason} ${remedy([target], door)}`;
}

/** What a project's file asks for, and how to allow it. */
export function wishText({ outbound, targets }: DeviceEvent & { kind: 'reach-wish' }, door: Door): string {
  const wish =
    outbound === undefined
      ? l10n.t('esp8266-ssl.json asks to reach {0}; only you can allow that.', targets.join(', '))
      : l10n.t('esp8266-ssl.json asks for "outbound": "{0}"; only you can allow that.', outbound);
  if (outbound === undefined) return `${wish} ${remedy(targets, door)}`;
  return `${wish} ${
    door === 'terminal'
      ? l10n.t('To allow it, add {0}.', `--outbound ${outbound}`)
      : l10n.t('To allow it, set "network.outbound" to "{0}" in launch.json.', outbound)
  }`;
}

function remedy(targets: readonly string[], door: Door): string {
  return door === 'terminal'
    ? l10n.t('To allow it, add {0}.', targets.map(target => `--reach ${target}`).join(' '))
    : l10n.t(
        'To allow it, add {0} to "network.reach" in launch.json.',
        targets.map(target => `"${target}"`).join(', '),
      );
}
