import * as l10n from '@vscode/l10n';
import { argumentConstants, levelsOf, numberText } from './ranges';
import type { Facts, Rule } from '../rule';
import { type RecordFile, recordFileOf } from '../../../flash/recordFiles';
import { sectorSize } from '../../../flash/sectors';
import { constantPlace } from '../../program/values';

export const ssl080: Rule = {
  id: 'SSL080',
  group: 'parameters',
  severity: 'warning',
  title: () => l10n.t('One sector for two certificate files'),
  explanation: () =>
    l10n.t(
      'espconn_secure_ca_enable reads esp_ca_cert.bin, espconn_secure_cert_req_enable reads esp_cert_private_key.bin. Two files need two sectors, and a file of more than 4096 bytes needs the next sector, too.',
    ),
  source: 'tools/makefile.sh of SDK 2.2.0; ESP8266 SSL manual 1.4',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    (void)espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77);
-    (void)espconn_secure_cert_req_enable(ESPCONN_CLIENT, 0x77);
+    (void)espconn_secure_cert_req_enable(ESPCONN_CLIENT, 0x78);
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    const { program, conditions } = facts;
    const lengths = { ca: lengthOf(facts, 'ca'), own: lengthOf(facts, 'own') };
    for (const own of program.calls('espconn_secure_cert_req_enable')) {
      for (const ca of program.calls('espconn_secure_ca_enable')) {
        if (conditions.exclusive(own, ca) || (levelsOf(facts, own) & levelsOf(facts, ca)) === 0) continue;
        const sectors = argumentConstants(facts, ca, 'flash_sector');
        for (const constant of argumentConstants(facts, own, 'flash_sector')) {
          const same = sectors.find(
            ({ value }) => value !== 0 && constant.value !== 0 && meets(value, constant.value, lengths),
          );
          if (same === undefined) continue;
          yield {
            at: constantPlace(facts, constant),
            message: sharedText(same.value, constant.value, lengths),
            related: [
              { at: constantPlace(facts, same), message: l10n.t('The CA certificates are enabled here.') },
            ],
          };
        }
      }
    }
  },
};

/** Sectors that each file takes, with its name. */
type Lengths = Readonly<Record<RecordFile, { sectors: number; file: string }>>;

/** The sectors of a record file: of the flash layout, else of the project. Of several files the smallest counts. */
function lengthOf({ build }: Facts, kind: RecordFile): { sectors: number; file: string } {
  const named = (build.flash?.layout.regions ?? []).flatMap(({ file }) => {
    const size = file === undefined ? undefined : build.flash?.sizes.get(file);
    return file === undefined || size === undefined ? [] : [{ file, size }];
  });
  const ofKind = [named, build.recordFiles]
    .map(files => files.filter(({ file }) => recordFileOf(file) === kind))
    .find(files => files.length > 0);
  const [smallest] = ofKind?.toSorted((a, b) => a.size - b.size) ?? [];
  return {
    sectors: Math.max(1, Math.ceil((smallest?.size ?? 0) / sectorSize)),
    file: smallest?.file ?? '',
  };
}

function meets(ca: number, own: number, lengths: Lengths): boolean {
  return ca < own + lengths.own.sectors && own < ca + lengths.ca.sectors;
}

function sharedText(ca: number, own: number, lengths: Lengths): string {
  if (ca === own) return l10n.t('The CA certificates are also read from sector {0}.', numberText(own));
  const [first, { sectors, file }] = ca < own ? [ca, lengths.ca] : [own, lengths.own];
  return l10n.t(
    '{0} takes the sectors {1} to {2}, but sector {3} is read as another file.',
    file,
    numberText(first),
    numberText(first + sectors - 1),
    numberText(Math.max(ca, own)),
  );
}
