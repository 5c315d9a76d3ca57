// Set-up that works on a fresh clone: only Node's own modules here, the rest is imported when it is there.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';

/**
 * Runs a script's main function; what goes wrong is one line and exit code 1.
 * @param {() => void | Promise<void>} main
 */
export async function run(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

/** Installs the npm packages when they are missing or older than the lock file. */
export function ensureDependencies() {
  const lock = path.join(root, 'package-lock.json');
  const marker = path.join(root, 'node_modules', '.installed-lock.json');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === readFileSync(lock, 'utf8')) return;
  console.log('Installing npm packages…');
  npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], root);
  writeFileSync(marker, readFileSync(lock, 'utf8'));
}

/**
 * Runs npm; on failure its output is shown.
 * @param {string[]} args
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} [environment]
 */
export function npm(args, folder, environment = process.env) {
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${folder}:\n${stdout}${stderr}`);
}

/** Builds the programs in out/ when a source is newer than they are. */
export async function ensureBuilt() {
  const built = path.join(root, 'out', '.built');
  const sources = ['src', 'webview', 'scripts/lib', 'package.json'];
  const newest = Math.max(...sources.flatMap(files).map(file => statSync(file).mtimeMs));
  if (existsSync(built) && statSync(built).mtimeMs > newest) return;
  const { build } = await import('./bundle.mjs');
  await build({ production: false });
}

/**
 * A file, or all files below a folder.
 * @param {string} name
 */
function files(name) {
  const start = path.join(root, name);
  if (!statSync(start).isDirectory()) return [start];
  return readdirSync(start, { recursive: true, encoding: 'utf8' }).map(file => path.join(start, file));
}

/**
 * Sees to it that Debian packages are there: installs them when it may, else says which are missing.
 * @param {string[]} packages
 */
export function ensureDebianPackages(packages) {
  const missing = packages.filter(name => !isInstalled(name));
  if (missing.length === 0) return;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !existsSync('/usr/bin/apt-get')) {
    throw new Error(
      `The tests need these Debian packages: ${missing.join(' ')}. Install them as root: apt-get install ${missing.join(' ')}`,
    );
  }
  console.log(`Installing Debian packages: ${missing.join(' ')}…`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...missing],
  ]) {
    const { status, stdout, stderr } = spawnSync('apt-get', args, { env: environment, encoding: 'utf8' });
    if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${stdout}${stderr}`);
  }
}

/** @param {string} name */
function isInstalled(name) {
  try {
    return (
      execFileSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }) === 'installed'
    );
  } catch {
    return false;
  }
}
