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
import { ssl020 } from './rules/SSL020';
import { ssl021 } from './rules/SSL021';
import { ssl022 } from './rules/SSL022';
import { ssl023 } from './rules/SSL023';
import { ssl024 } from './rules/SSL024';
import { ssl025 } from './rules/SSL025';
import { ssl026 } from './rules/SSL026';
import { ssl027 } from './rules/SSL027';
import { ssl028 } from './rules/SSL028';
import { ssl029 } from './rules/SSL029';
import { ssl030 } from './rules/SSL030';
import { ssl031 } from './rules/SSL031';
import { ssl032 } from './rules/SSL032';
import { ssl033 } from './rules/SSL033';
import { ssl034 } from './rules/SSL034';
import { ssl035 } from './rules/SSL035';
import { ssl036 } from './rules/SSL036';
import { ssl038 } from './rules/SSL038';
import { ssl039 } from './rules/SSL039';
import { ssl040 } from './rules/SSL040';
import { ssl041 } from './rules/SSL041';
import { ssl042 } from './rules/SSL042';

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
  ssl020,
  ssl021,
  ssl022,
  ssl023,
  ssl024,
  ssl025,
  ssl026,
  ssl027,
  ssl028,
  ssl029,
  ssl030,
  ssl031,
  ssl032,
  ssl033,
  ssl034,
  ssl035,
  ssl036,
  ssl038,
  ssl039,
  ssl040,
  ssl041,
  ssl042,
];
