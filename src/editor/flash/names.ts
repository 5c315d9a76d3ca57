/** Names of the manifest. */
export const layoutViewType = 'esp8266-ssl.flashLayout';
export const dumpViewType = 'esp8266-ssl.flashDump';
export const openLayoutCommand = 'esp8266-ssl.openFlashLayout';
export const placeCommand = 'esp8266-ssl.placeInFlash';
export const openDumpCommand = 'esp8266-ssl.openFlashDump';
export const partitionTableCommand = 'esp8266-ssl.generatePartitionTable';

/** Projects of a workspace. */
export const projectFiles = '**/esp8266-ssl.json';
