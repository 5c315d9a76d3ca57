import type { Layout, Region } from './layout';

/** The record file that each function of the SDK is told the sector of. */
const files = new Map([
  ['espconn_secure_ca_enable', /(?:^|[\\/])esp_ca_cert[^\\/]*\.bin$/i],
  ['espconn_secure_cert_req_enable', /(?:^|[\\/])esp_cert_private_key[^\\/]*\.bin$/i],
]);

/** The region whose sector a function of the SDK has to be told; undefined when the layout has none, or has several. */
export function regionFor({ regions }: Layout, sectorFunction: string): Region | undefined {
  const pattern = files.get(sectorFunction);
  const found = regions.filter(({ file }) => file !== undefined && pattern?.test(file));
  return found.length === 1 ? found[0] : undefined;
}
