import * as l10n from '@vscode/l10n';
import { describe, formText } from './describe';
import type { FileReport, FindingReport, ItemReport } from './fileReport';
import type { FileForm, Inspection, Item } from './model';
import { rules } from './findings';
import type { Finding } from './rules/rule';
import { verdicts } from './obstacles';
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
    form: inspection.title ?? formText(realForm(inspection)),
    size: inspection.size,
    regions: inspection.regions ?? [],
    items: inspection.items.map(item => itemReport(item, sdk, now)),
    ...(isEmpty(inspection) && { empty: l10n.t('No certificate or key found in {0}.', inspection.file) }),
    ...(inspection.hasMore && { more: l10n.t('There are more; the rest is not shown.') }),
    findings: findings.map(findingReport),
  };
}

/** What a file is that should hold records by its name. */
function realForm({ form, faults: [fault] }: Inspection): FileForm {
  switch (fault?.kind) {
    case 'pem':
    case 'der':
    case 'esp-at':
      return fault.kind;
    case 'image':
      return 'firmware';
    default:
      return form;
  }
}

/** Whether it holds nothing, though it could and nothing else is said about it. */
function isEmpty({ form, items, faults, calls, wantedBits }: Inspection): boolean {
  if (form === 'script' || form === 'too large' || items.length > 0 || faults.length > 0) return false;
  return calls.length === 0 && wantedBits === undefined;
}

function itemReport(item: Item, sdk: SdkVersion, now: number): ItemReport {
  const { name, range, dataRange, size, contents, address } = item;
  return {
    name,
    ...(address !== undefined && { address }),
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
