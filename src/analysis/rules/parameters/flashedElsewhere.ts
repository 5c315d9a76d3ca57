import * as l10n from '@vscode/l10n';
import { recordFileIn } from '../../../flash/partitions';
import { FreePlaces } from '../../../flash/freePlaces';
import { type RecordFile, recordFileOf, recordFileRead } from '../../../flash/recordFiles';
import { addressText, sectorSize, sectorText } from '../../../flash/sectors';
import { chosenMap } from '../../project/linkedSdk';
import { partitionTables } from '../../project/partitionTable';
import { rangedArguments } from './ranges';
import type { Facts, Rule } from '../rule';
import { type Constant, constantPlace, replaceConstant } from '../../program/values';
import type { Place } from '../../../findings/range';
import type { Fix, Found } from '../../../findings/finding';

export const ssl079: Rule = {
  id: 'SSL079',
  group: 'parameters',
  severity: 'warning',
  title: () => l10n.t('Certificates flashed to another sector'),
  explanation: () =>
    l10n.t(
      'The firmware reads the certificate file from one sector, but the project file, the Makefile or a script flashes it to another: the handshake fails. Use the same sector in both.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapters 3.2 and 4.2',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
-    (void)espconn_secure_ca_enable(ESPCONN_CLIENT, 0x7B);
+    (void)espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77);
    (void)espconn_secure_connect(&client);
}
`,
    others: { Makefile: 'flash:\n\tesptool.py write_flash 0x0 boot.bin 0x77000 ssl/esp_ca_cert.bin\n' },
  },
  *check(facts) {
    yield* checkTables(facts);
    for (const { site, constant } of rangedArguments(facts, 'flash_sector')) {
      const file = recordFileRead(site.name);
      if (file === undefined || constant.value >= sectorSize || constant.value === 0) continue;
      const first = writtenElsewhere(facts, file, constant.value * sectorSize);
      if (first === undefined) continue;
      const sector = sectorText(first.address);
      yield {
        at: constantPlace(facts, constant),
        message: l10n.t(
          '{0} is flashed to {1}, which is sector {2}.',
          first.file,
          addressText(first.address),
          sector,
        ),
        related: first.at === undefined ? [] : [{ at: first.at, message: l10n.t('It is flashed here.') }],
        fixes: fixesOf(facts, constant, sector, first, constant.value * sectorSize),
      };
    }
  },
};

/** Partitions that are registered for a record file, where it is flashed elsewhere. */
function* checkTables(facts: Facts): Iterable<Found> {
  const map = chosenMap(facts);
  for (const table of partitionTables(facts)) {
    // A table for another map says nothing of this one.
    if (table.map !== undefined && map !== undefined && table.map !== map.id) continue;
    for (const { type, name, address, written } of table.rows) {
      const file = recordFileIn(type);
      const first = file && writtenElsewhere(facts, file, address);
      if (first === undefined) continue;
      const { within, address: argument, direct } = written;
      const constant = { value: address, argument, within, direct };
      const to = addressText(first.address);
      yield {
        at: constantPlace(facts, constant),
        message: l10n.t(
          '{0} is flashed to {1}, but {2} is registered at {3}.',
          first.file,
          to,
          name,
          addressText(address),
        ),
        related: first.at === undefined ? [] : [{ at: first.at, message: l10n.t('It is flashed here.') }],
        fixes: fixesOf(facts, constant, to, first, address),
      };
    }
  }
}

/** Where a file is flashed, unless one of the places is this one. */
function writtenElsewhere(facts: Facts, file: RecordFile, address: number) {
  const places = flashWritesOf(facts, file);
  return places.some(each => each.address === address) ? undefined : places[0];
}

/** Either side can follow the other: the constant, or a region of the project's file. */
function fixesOf(
  facts: Facts,
  constant: Constant,
  text: string,
  { file, region }: FlashWrite,
  address: number,
): Fix[] {
  const inSource = replaceConstant(facts, constant, text).map(edit => ({
    title: l10n.t('Change to {0}', text),
    edits: [edit],
    safe: false,
  }));
  const { flash } = facts.build;
  const moved = flash?.layout.regions.find(({ path }) => Number(path[1]) === region);
  if (flash === undefined || region === undefined || moved === undefined) return inSource;
  if (!new FreePlaces(flash.layout, flash.sizes).allows(moved, address)) return inSource;
  const title = l10n.t('Move {0} to {1} in the flash layout', file, addressText(address));
  return [...inSource, { title, edits: [], safe: false, move: { file: flash.file, region, address } }];
}

interface FlashWrite {
  file: string;
  address: number;
  at?: Place;
  /** The region of the project's file that says so. */
  region?: number;
}

/** To which addresses project file and Makefiles flash a file. */
function flashWritesOf({ build }: Facts, file: RecordFile): FlashWrite[] {
  return [
    ...(build.flash?.layout.regions ?? []).flatMap((region): FlashWrite[] =>
      region.file !== undefined && region.address !== undefined && recordFileOf(region.file) === file
        ? [{ file: region.file, address: region.address, region: Number(region.path[1]) }]
        : [],
    ),
    ...build.makefiles.flatMap(({ path, flashWrites: all }) =>
      all
        .filter(written => recordFileOf(written.file) === file)
        .map(({ address, file: name, start, end }) => ({
          file: name,
          address,
          at: { file: path, start, end },
        })),
    ),
  ];
}
