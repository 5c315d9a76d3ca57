// All that analyzes C, in one part that `esp8266-ssl check`, the thread and the editor's texts about rules load on first use.
export { flashInSources } from '../project/flashInSources';
export { rulesConcerning } from '../rules/concernedRules';
export { ruleInfos, ruleTitles } from '../rules/ruleInfos';
export { projectChecker } from './checkProject';
export { OpenFirmwares } from './openFirmwares';
