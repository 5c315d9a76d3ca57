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
import { ssl050 } from './rules/SSL050';
import { ssl051 } from './rules/SSL051';
import { ssl052 } from './rules/SSL052';
import { ssl053 } from './rules/SSL053';
import { ssl054 } from './rules/SSL054';
import { ssl055 } from './rules/SSL055';
import { ssl056 } from './rules/SSL056';
import { ssl057 } from './rules/SSL057';
import { ssl058 } from './rules/SSL058';
import { ssl060 } from './rules/SSL060';
import { ssl061 } from './rules/SSL061';
import { ssl070 } from './rules/SSL070';
import { ssl071 } from './rules/SSL071';
import { ssl072 } from './rules/SSL072';
import { ssl073 } from './rules/SSL073';
import { ssl074 } from './rules/SSL074';
import { ssl075 } from './rules/SSL075';
import { ssl076 } from './rules/SSL076';
import { ssl077 } from './rules/SSL077';
import { ssl078 } from './rules/SSL078';
import { ssl079 } from './rules/SSL079';
import { ssl080 } from './rules/SSL080';
import { ssl081 } from './rules/SSL081';
import { ssl082 } from './rules/SSL082';
import { ssl083 } from './rules/SSL083';
import { ssl084 } from './rules/SSL084';
import { ssl085 } from './rules/SSL085';
import { ssl086 } from './rules/SSL086';
import { ssl087 } from './rules/SSL087';
import { ssl088 } from './rules/SSL088';
import { ssl089 } from './rules/SSL089';
import { ssl090 } from './rules/SSL090';
import { ssl130 } from './rules/SSL130';
import { ssl131 } from './rules/SSL131';
import { ssl132 } from './rules/SSL132';
import { ssl133 } from './rules/SSL133';
import { ssl134 } from './rules/SSL134';
import { ssl135 } from './rules/SSL135';
import { ssl136 } from './rules/SSL136';
import { ssl137 } from './rules/SSL137';
import { ssl138 } from './rules/SSL138';
import { ssl139 } from './rules/SSL139';

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
  ssl050,
  ssl051,
  ssl052,
  ssl053,
  ssl054,
  ssl055,
  ssl056,
  ssl057,
  ssl058,
  ssl060,
  ssl061,
  ssl070,
  ssl071,
  ssl072,
  ssl073,
  ssl074,
  ssl075,
  ssl076,
  ssl077,
  ssl078,
  ssl079,
  ssl080,
  ssl081,
  ssl082,
  ssl083,
  ssl084,
  ssl085,
  ssl086,
  ssl087,
  ssl088,
  ssl089,
  ssl090,
  ssl130,
  ssl131,
  ssl132,
  ssl133,
  ssl134,
  ssl135,
  ssl136,
  ssl137,
  ssl138,
  ssl139,
];
