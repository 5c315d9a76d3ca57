import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import tseslint from 'typescript-eslint';

/**
 * Which folders of src/ a folder may import from. Imports point one way:
 * editor → debugger → simulator → certificates, flash, project → sdk; sdk imports nothing. tls, what is in the clear of
 * TLS records, is read by the simulator's meter and by the visit to a server.
 * @type {Record<string, string[]>}
 */
const mayImport = {
  files: [],
  programs: ['files'],
  sdk: [],
  tls: ['sdk'],
  certificates: ['files', 'programs', 'sdk', 'tls'],
  flash: ['files', 'sdk', 'certificates'],
  project: ['files', 'programs', 'sdk', 'certificates', 'flash'],
  analysis: ['files', 'sdk', 'certificates', 'flash', 'project'],
  simulator: ['files', 'programs', 'sdk', 'tls', 'certificates', 'flash', 'project'],
  debugger: ['files', 'sdk', 'simulator', 'certificates', 'flash', 'project'],
  doctor: ['files', 'programs', 'sdk', 'simulator', 'certificates', 'flash', 'project'],
};
const folders = [...Object.keys(mayImport), 'editor'];

const zones = Object.entries(mayImport).map(([folder, allowed]) => ({
  target: `./src/${folder}`,
  from: folders.filter(other => other !== folder && !allowed.includes(other)).map(other => `./src/${other}`),
  message: `src/${folder} may import only itself and: ${allowed.join(', ') || 'nothing'}.`,
}));

export default defineConfig(
  {
    ignores: ['out/**', 'node_modules/**', 'test/host/node_modules/**', 'test/host/.cache/**', 'samples/**'],
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // tsc checks names, in JavaScript too.
      'no-undef': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/editor/**', 'src/extension.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'vscode', message: 'Only src/editor and src/extension.ts know VS Code.' }] },
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/programs/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':matches(ImportDeclaration, ImportExpression, ExportNamedDeclaration)[source.value=/^(node:)?child_process$/]',
          message: 'Only src/programs starts programs of this computer.',
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/certificates/x509.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            { name: '@peculiar/x509', message: 'Only src/certificates/x509.ts knows this library.' },
            { name: 'reflect-metadata', message: 'Only src/certificates/x509.ts needs it.' },
          ],
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      // On a busy machine everything takes longer: a test counts steps, or leaves hanging to Mocha.
      'no-restricted-properties': [
        'error',
        ...[
          ['performance', 'now'],
          ['process', 'hrtime'],
          ['process', 'cpuUsage'],
          ['process', 'resourceUsage'],
        ].map(([object, property]) => ({
          object,
          property,
          message: 'No test measures time: count the work.',
        })),
      ],
    },
  },
  {
    files: ['**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
