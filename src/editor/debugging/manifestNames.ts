/** Names of the manifest. */
export const debugType = 'esp8266-ssl';
export const runCommand = 'esp8266-ssl.runOnSimulatedDevice';
/** Set while the active editor shows a file of a firmware project. */
export const inFirmwareContext = 'esp8266-ssl.inFirmware';
