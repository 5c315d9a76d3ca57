import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { wordsRule } from './scripts/lib/phrases.mjs';

/**
 * Where text or work leaves this program. Each has one place in src/.
 * @type {{ selector: string; message: string; allowed: string[] }[]}
 */
const sinks = [
  {
    selector:
      ':matches(ImportDeclaration, ImportExpression, ExportNamedDeclaration)[source.value=/^(node:)?child_process$/]',
    message: 'Only src/programs starts programs of this computer.',
    allowed: ['src/programs/'],
  },
  {
    selector: 'CallExpression[callee.name=/^mkdir(Sync)?$/] Property[key.name="recursive"]',
    message: 'Only src/files/makeFolder.ts makes folders and those around: in /proc, Node never returns.',
    allowed: [],
  },
  {
    selector: 'MemberExpression[property.name=/^show(Error|Warning|Information)Message$/]',
    message: 'Messages render links: only src/editor/messages.ts shows them.',
    allowed: ['src/editor/messages.ts'],
  },
  {
    selector: 'MemberExpression[object.property.name="ProgressLocation"][property.name="Notification"]',
    message: 'Notifications render links: only src/editor/messages.ts shows them.',
    allowed: ['src/editor/messages.ts'],
  },
  {
    selector: 'MemberExpression[property.name="isTrusted"][object.property.name!="workspace"]',
    message:
      'Only src/editor/analysis/functionText.ts makes Markdown, of our own words, that runs a command.',
    allowed: ['src/editor/analysis/functionText.ts'],
  },
  {
    selector:
      'NewExpression[callee.property.name=/^(TreeItem|CodeLens|Diagnostic|DiagnosticRelatedInformation|CodeAction|InlayHint)$/], MemberExpression[property.name="appendText"]',
    message: 'Labels show icons and marks of direction: only src/editor/labels.ts makes them.',
    allowed: ['src/editor/labels.ts'],
  },
  {
    selector:
      'AssignmentExpression[left.property.name=/^(tooltip|description|detail|validationMessage|prompt)$/]',
    message: 'Labels show icons and links: src/editor/labels.ts sets them.',
    allowed: [
      'src/editor/labels.ts',
      'src/editor/questions.ts',
      'src/editor/analysis/completions.ts',
      'src/debugger/',
    ],
  },
  {
    selector:
      'MemberExpression[object.property.name="fs"][property.name="readFile"], MemberExpression[object.property.name="workspace"][property.name="findFiles"]',
    message:
      'Devices and links have no end: only src/editor/workspaceFiles.ts looks for files and reads them, up to a limit.',
    allowed: ['src/editor/workspaceFiles.ts'],
  },
  {
    selector: 'MemberExpression[property.name=/^(show|create)(QuickPick|InputBox)$/]',
    message: 'Questions show icons and links: only src/editor/quickInput.ts and questions.ts ask them.',
    allowed: ['src/editor/quickInput.ts', 'src/editor/questions.ts'],
  },
  {
    selector:
      'NewExpression[callee.property.name="MarkdownString"][arguments.0.type!=/^(Identifier|undefined)$/][arguments.length>0]',
    message: 'Start with an empty MarkdownString: appendText escapes.',
    allowed: [],
  },
  {
    selector:
      'MemberExpression[object.name="process"][property.name=/^(stdout|stderr)$/], Identifier[name="console"]',
    message: 'Only src/cli/output.ts writes to the terminal, through src/text.',
    allowed: ['src/cli.ts', 'src/cli/output.ts'],
  },
];
/** @type {(source: string | undefined) => ['error', ...{ selector: string; message: string }[]]} */
const sinkRule = source => [
  'error',
  ...sinks
    .filter(({ allowed }) => source === undefined || !allowed.includes(source))
    .map(({ selector, message }) => ({ selector, message })),
];
const sinksBySource = [undefined, ...new Set(sinks.flatMap(({ allowed }) => allowed))].map(source => ({
  files: [source === undefined ? 'src/**/*.ts' : source.endsWith('/') ? `${source}**/*.ts` : source],
  rules: { 'no-restricted-syntax': sinkRule(source) },
}));

/** Rules that ask for types need the whole program: some seconds, which a commit does not wait for. */
const withTypes = process.env['ESLINT_WITHOUT_TYPES'] === undefined;

export default defineConfig(
  {
    ignores: ['out/**', 'node_modules/**', 'test/host/node_modules/**', 'test/host/.cache/**', 'samples/**'],
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: withTypes, tsconfigRootDir: import.meta.dirname } },
    rules: {
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
  ...sinksBySource,
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
  { plugins: { ours: { rules: { words: wordsRule } } }, rules: { 'ours/words': 'error' } },
  {
    // The list itself, and what is tried on it.
    files: ['scripts/lib/phrases.mjs', 'test/core/words.test.ts'],
    rules: { 'ours/words': 'off' },
  },
  {
    files: ['**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  ...(withTypes ? [] : [tseslint.configs.disableTypeChecked]),
);
