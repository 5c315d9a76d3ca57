/** Which ways imports may go. ESLint looks at single lines; this looks at the whole, types included. */

/**
 * Which folders of src/ a folder may import from; `text`, `findings` and the problems are for everybody.
 * editor, cli → debugger → simulator → certificates, flash, project → sdk, tls, files.
 * @type {Record<string, string[]>}
 */
const mayImport = {
  text: [],
  findings: [],
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
  cli: ['files', 'programs', 'sdk', 'certificates', 'flash', 'project', 'analysis', 'simulator', 'doctor'],
};

/** Where Node's own modules stay out: tables, and what pages in a browser use, too. */
const withoutNode = '^src/(text|findings|sdk|tls|flash/(?!onDisk|serial/))';

/** What pages share with the extension. */
const forPages =
  '^src/(text/.*|findings/.*|editor/(flash|certificates)/pageMessages|flash/(picture|sectors)|certificates/inspect/fileReport)[.]ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(mayImport).map(([folder, allowed]) => ({
      name: `imports-of-${folder}`,
      comment: `src/${folder} may import only itself and: ${allowed.join(', ') || 'nothing'}.`,
      severity: /** @type {const} */ ('error'),
      from: { path: `^src/${folder}/` },
      to: { path: '^src/[^/]+/', pathNot: `^src/(text|findings|${[folder, ...allowed].join('|')})/` },
    })),
    {
      name: 'pages-take-what-needs-no-node',
      severity: 'error',
      from: { path: '^webview/' },
      to: { path: '^src/', pathNot: forPages },
    },
    {
      name: 'without-node',
      severity: 'error',
      from: { path: withoutNode },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
