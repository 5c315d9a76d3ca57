/** Bytes of a flash sector, the smallest piece that can be erased. */
export const sectorSize = 4096;

/**
 * Where the certificate files lie unless the project says otherwise: the sectors that esp_mqtt_proj of the SDK names
 * CA_CERT_FLASH_ADDRESS and CLIENT_CERT_FLASH_ADDRESS. They are free in every map from 512+512 on.
 */
export const certificateSectors = [
  { file: 'esp_ca_cert.bin', sector: 0x77 },
  { file: 'esp_cert_private_key.bin', sector: 0x78 },
] as const;
