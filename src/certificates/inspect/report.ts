import { describe, formText } from './describe';
import type { FileReport, FindingReport, ItemReport } from './fileReport';
import type { Inspection, Item } from './model';
import { rules } from './findings';
import type { Finding } from './rules/rule';
import { verdicts } from './judgement';
import type { SdkVersion } from '../../sdk/tls';

/** Puts an inspection and its findings into words. `now` is in milliseconds. */
export function reportOf(
  inspection: Inspection,
  findings: readonly Finding[],
  sdk: SdkVersion,
  now: number,
): FileReport {
  return {
    file: inspection.file,
    form: formText(inspection.form),
    size: inspection.size,
    items: inspection.items.map(item => itemReport(item, sdk, now)),
    findings: findings.map(findingReport),
  };
}

function itemReport(item: Item, sdk: SdkVersion, now: number): ItemReport {
  const { name, range, dataRange, size, contents } = item;
  return {
    name,
    offset: range.offset,
    dataOffset: dataRange.offset,
    size,
    contents: contents.map(content => ({
      lines: describe(content, now),
      verdicts:
        content.kind === 'other' || content.kind === 'request' ? [] : verdicts(content, item, sdk, now),
    })),
  };
}

function findingReport({ rule: id, severity, message, range }: Finding): FindingReport {
  const rule = rules.find(each => each.id === id);
  return {
    rule: id,
    severity,
    title: rule?.title() ?? '',
    message,
    explanation: rule?.explanation() ?? '',
    ...(range && { offset: range.offset }),
  };
}
