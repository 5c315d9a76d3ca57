/** Commands that one feature offers and another runs, as the manifest names them. */
export const runCommand = 'esp8266-ssl.runOnSimulatedDevice';
