import type { FlashFinding } from './finding';
import { checkLayout, faultText } from './findings';
import type { FileSizes, Layout } from './layout';
import { partOf } from './picture';

/**
 * Returns what would be wrong with a layout if one of its regions lay elsewhere: with its new place, or with another region that it
 * would be in the way of. `part` names the region as a map does, `address` is in bytes, `findings` are those of the layout as it is.
 */
export function findingsAt(
  { layout, sizes, findings }: { layout: Layout; sizes: FileSizes; findings: readonly FlashFinding[] },
  part: string,
  address: number,
): FlashFinding[] {
  const regions = layout.regions.map(region =>
    partOf(region.path) === part ? { ...region, address } : region,
  );
  const known = new Set(findings.map(faultText));
  return checkLayout({ ...layout, regions }, sizes).filter(
    finding =>
      !known.has(faultText(finding)) ||
      (partOf(finding.path) === part && finding.path.at(-1) === 'address') ||
      ('otherPath' in finding && partOf(finding.otherPath) === part),
  );
}
