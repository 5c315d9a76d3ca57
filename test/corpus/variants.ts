import { dualweb } from './dualweb/faults';
import { doorlock } from './doorlock/faults';
import { fetcher } from './fetcher/faults';
import { fetchlib } from './fetchlib/faults';
import { firstsensor } from './firstsensor/faults';
import { metering } from './metering/faults';
import { mqttnode } from './mqttnode/faults';
import { opsgate } from './opsgate/faults';
import { resthub } from './resthub/faults';
import { serlink } from './serlink/faults';
import { smartplug } from './smartplug/faults';
import { switchboard } from './switchboard/faults';
import { telemetry } from './telemetry/faults';
import { updater } from './updater/faults';
import type { Variant } from './variant';
import { webpanel } from './webpanel/faults';

export const variants: readonly Variant[] = [
  ...switchboard,
  ...telemetry,
  ...webpanel,
  ...fetcher,
  ...smartplug,
  ...mqttnode,
  ...dualweb,
  ...fetchlib,
  ...opsgate,
  ...doorlock,
  ...updater,
  ...serlink,
  ...resthub,
  ...firstsensor,
  ...metering,
];
