/** Names of the manifest. */
export const layoutViewType = 'esp8266-ssl.flashLayout';
export const regionsView = 'esp8266-ssl.flashRegions';
export const dumpViewType = 'esp8266-ssl.flashDump';
export const openLayoutCommand = 'esp8266-ssl.openFlashLayout';
export const flashCommand = 'esp8266-ssl.flash';
export const placeCommand = 'esp8266-ssl.placeInFlash';
export const copyEsptoolCommand = 'esp8266-ssl.copyEsptoolCommand';
export const openDumpCommand = 'esp8266-ssl.openFlashDump';
export const partitionTableCommand = 'esp8266-ssl.generatePartitionTable';

/** Projects of a workspace. */
export const projectFiles = '**/esp8266-ssl.json';
