import type { Rule } from './rule';
import { ssl001 } from './rules/SSL001';
import { ssl002 } from './rules/SSL002';
import { ssl003 } from './rules/SSL003';
import { ssl004 } from './rules/SSL004';
import { ssl005 } from './rules/SSL005';
import { ssl006 } from './rules/SSL006';
import { ssl007 } from './rules/SSL007';
import { ssl008 } from './rules/SSL008';
import { ssl009 } from './rules/SSL009';
import { ssl010 } from './rules/SSL010';
import { ssl011 } from './rules/SSL011';

/** All rules, by id. */
export const rules: readonly Rule[] = [
  ssl001,
  ssl002,
  ssl003,
  ssl004,
  ssl005,
  ssl006,
  ssl007,
  ssl008,
  ssl009,
  ssl010,
  ssl011,
];
