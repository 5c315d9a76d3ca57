import * as l10n from '@vscode/l10n';
import { areaName } from '../flash/areas';
import { defaultMap, filledAreas, usualRegions } from '../flash/layout';
import { flashMaps, mapName } from '../flash/maps';
import { defaultChoices } from './defaultChoices';

/** The part of the schema of esp8266-ssl.json for what lies where in the flash, with its texts in the language in use. */
export function flashSchema(): object {
  const number = { type: ['integer', 'string'], minimum: 0, minLength: 1 };
  const file = { type: 'string', minLength: 1 };
  return {
    type: 'object',
    description: l10n.t('What lies where in the flash. “Open Flash Layout” shows and edits it.'),
    additionalProperties: false,
    properties: {
      map: {
        enum: flashMaps.map(({ id }) => id),
        enumDescriptions: flashMaps.map(mapName),
        default: defaultMap,
        description: l10n.t('The map that the firmware is built with: SPI_SIZE_MAP.'),
      },
      fota: {
        type: 'boolean',
        default: true,
        description: l10n.t('Whether the firmware can be updated: with boot loader, user1 and user2.'),
      },
      mode: { enum: ['qio', 'qout', 'dio', 'dout'], description: l10n.t('How the flash is wired.') },
      frequency: {
        enum: ['40m', '26m', '20m', '80m'],
        description: l10n.t('How fast the flash is clocked.'),
      },
      files: {
        type: 'object',
        description: l10n.t('The files that are burnt into the SDK’s own areas.'),
        additionalProperties: false,
        properties: Object.fromEntries(
          filledAreas.map(kind => [kind, { ...file, description: areaName(kind) }]),
        ),
      },
      regions: {
        type: 'array',
        default: usualRegions(defaultChoices.folder),
        description: l10n.t('What the project itself puts into the flash.'),
        items: {
          type: 'object',
          additionalProperties: false,
          properties: {
            name: { ...file, description: l10n.t('What it is called, if not as its file.') },
            file: { ...file, description: l10n.t('The file that is burnt there.') },
            sector: {
              ...number,
              examples: ['0x3B'],
              description: l10n.t(
                'The sector of 4096 bytes at which it begins, as espconn_secure_ca_enable takes it.',
              ),
            },
            address: {
              ...number,
              examples: ['0x3B000'],
              description: l10n.t('The address at which it begins, instead of the sector.'),
            },
            size: {
              ...number,
              examples: ['16 KB'],
              description: l10n.t('How much is kept free for it. Default: what its file needs.'),
            },
          },
        },
      },
    },
  };
}
