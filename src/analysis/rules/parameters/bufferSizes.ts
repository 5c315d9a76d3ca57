import * as l10n from '@vscode/l10n';
import { rangedArguments } from './ranges';
import type { Facts } from '../rule';
import { type Constant, constantPlace, replaceConstant } from '../../program/values';
import type { Found } from '../../../findings/finding';

/** What a rule says about a buffer size: nothing, or a message and a better size, if there is one. */
type Judge = (
  size: number,
  range: readonly [number, number],
) => { message: string; better?: number } | undefined;

/** The buffer sizes of espconn_secure_set_size about which a rule has something to say. */
export function* bufferSizes(facts: Facts, judge: Judge): Iterable<Found> {
  for (const { constant, range } of rangedArguments(facts, 'size')) {
    const judged = judge(constant.value, range);
    if (judged === undefined) continue;
    yield {
      at: constantPlace(facts, constant),
      message: judged.message,
      fixes: judged.better === undefined ? [] : sizeFix(facts, constant, judged.better),
    };
  }
}

function sizeFix(facts: Facts, constant: Constant, size: number) {
  return replaceConstant(facts, constant, String(size)).map(edit => ({
    title: l10n.t('Change to {0}', size),
    edits: [edit],
    safe: false,
  }));
}
