import type { DocumentFilter } from 'vscode';

/** The files that are looked at; VS Code takes headers for C++. */
export const sourcesSelector: readonly DocumentFilter[] = [
  { scheme: 'file', language: 'c' },
  { scheme: 'file', language: 'cpp', pattern: '**/*.h' },
];

/** What firmware is built and flashed with: there are findings and fixes in it, but no C. */
export const makefilesSelector: readonly DocumentFilter[] = [
  {
    scheme: 'file',
    pattern: '**/{GNUmakefile,Makefile,makefile,*.mk,platformio.ini,tasks.json,*.sh,*.bat,*.cmd,*.ps1}',
  },
];

/** Shows what a rule is about; takes its id. */
export const ruleCommand = 'esp8266-ssl.showRule';
/** Lets the analysis start again after it has stopped. */
export const restartCommand = 'esp8266-ssl.restartAnalysis';
/** Of the pages about rules. */
export const ruleScheme = 'esp8266-ssl-rule';
/** Corrects what can be corrected without looking at it. */
export const fixAllKind = 'source.fixAll.esp8266-ssl';
