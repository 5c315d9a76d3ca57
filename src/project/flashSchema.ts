import * as l10n from '@vscode/l10n';
import { areaName } from '../flash/areas';
import { defaultMap, filledAreas, usualRegions } from '../flash/layout';
import { flashMaps, mapName } from '../flash/maps';
import { defaultChoices } from './settings/certificates';

/** The part of the schema of esp8266-ssl.json for what lies where in the flash, with its texts in the language in use. */
export function flashSchema(): object {
  const number = { type: ['integer', 'string'], minimum: 0, minLength: 1 };
  const file = { type: 'string', minLength: 1 };
  return {
    type: 'object',
    description: l10n.t('The flash layout. “Open Flash Layout” shows and edits it.'),
    additionalProperties: false,
    properties: {
      map: {
        enum: flashMaps.map(({ id }) => id),
        enumDescriptions: flashMaps.map(mapName),
        default: defaultMap,
        description: l10n.t('The flash map that the firmware is built for: SPI_SIZE_MAP.'),
      },
      fota: {
        type: 'boolean',
        default: true,
        description: l10n.t('Whether the firmware can be updated: with boot loader, user1 and user2.'),
      },
      mode: { enum: ['qio', 'qout', 'dio', 'dout'], description: l10n.t('SPI mode of the flash.') },
      frequency: {
        enum: ['40m', '26m', '20m', '80m'],
        description: l10n.t('Clock frequency of the flash.'),
      },
      files: {
        type: 'object',
        description: l10n.t('The files flashed into the SDK’s own areas.'),
        additionalProperties: false,
        properties: Object.fromEntries(
          filledAreas.map(kind => [kind, { ...file, description: areaName(kind) }]),
        ),
      },
      regions: {
        type: 'array',
        default: usualRegions(defaultChoices.folder),
        description: l10n.t('The project’s own regions in the flash.'),
        items: {
          type: 'object',
          additionalProperties: false,
          properties: {
            name: { ...file, description: l10n.t('Name. Default: the file’s name.') },
            file: { ...file, description: l10n.t('The file flashed there.') },
            sector: {
              ...number,
              examples: ['0x3B'],
              description: l10n.t(
                'The 4096-byte sector where it starts, as passed to espconn_secure_ca_enable.',
              ),
            },
            address: {
              ...number,
              examples: ['0x3B000'],
              description: l10n.t('The address where it starts, instead of the sector.'),
            },
            size: {
              ...number,
              examples: ['16 KB'],
              description: l10n.t('The space reserved for it. Default: the size of its file.'),
            },
          },
        },
      },
    },
  };
}
