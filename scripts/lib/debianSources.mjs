// Sources of Debian packages, for tests that build firmware from real libraries. They stay in a cache outside of git.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';
import { ensureDebianPackages } from './setup.mjs';

const cache = path.join(root, 'test', 'firmware-sources', '.cache');
const systemLists = '/etc/apt';

/**
 * The unpacked sources of Debian packages, downloaded once from the archives that apt is set up for. apt checks them against the
 * archive's signature, dpkg-source against the package's checksums. Needs no root, changes nothing of the system.
 * @param {string[]} names source packages
 * @returns {string[]} their folders, in the same order
 */
export function debianSources(names) {
  const missing = names.filter(name => !existsSync(path.join(cache, name)));
  if (missing.length > 0) download(missing);
  return names.map(name => path.join(cache, name));
}

/** @param {string[]} names */
function download(names) {
  ensureDebianPackages(['dpkg-dev', 'patch', 'xz-utils']);
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(path.join(cache, 'download-'));
  try {
    for (const folder of ['parts', 'lists/partial', 'cache/archives/partial', 'sources'])
      mkdirSync(path.join(work, folder), { recursive: true });
    writeSourceLists(path.join(work, 'parts'));
    // Without an answer from one archive the package may still come from another.
    const updated = apt(work, ['update']);
    const fetched = apt(work, ['source', '--only-source', ...names]);
    if (fetched.status !== 0) {
      throw new Error(
        `apt-get source ${names.join(' ')} failed:\n${updated.stderr}${fetched.stdout}${fetched.stderr}`,
      );
    }
    for (const name of names) keep(path.join(work, 'sources'), name);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Moves what was unpacked as name-version into the cache.
 * @param {string} sources
 * @param {string} name
 */
function keep(sources, name) {
  const unpacked = readdirSync(sources, { withFileTypes: true }).find(
    entry => entry.isDirectory() && entry.name.startsWith(`${name}-`),
  );
  if (unpacked === undefined) throw new Error(`apt-get source ${name} has unpacked nothing.`);
  const target = path.join(cache, name);
  try {
    renameSync(path.join(sources, unpacked.name), target);
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(target)) throw error;
  }
}

/**
 * apt-get with source lists, package lists and archives of its own.
 * @param {string} work
 * @param {string[]} args
 */
function apt(work, args) {
  const settings = [
    'Dir::Etc::sourcelist=/dev/null',
    `Dir::Etc::sourceparts=${path.join(work, 'parts')}`,
    `Dir::State::lists=${path.join(work, 'lists')}`,
    `Dir::Cache=${path.join(work, 'cache')}`,
    // The account apt downloads with as root cannot write here.
    'APT::Sandbox::User=root',
  ];
  return spawnSync('apt-get', ['-qq', ...settings.flatMap(setting => ['-o', setting]), ...args], {
    cwd: path.join(work, 'sources'),
    encoding: 'utf8',
  });
}

/**
 * Writes the system's lists of archives again, for sources in place of programs.
 * @param {string} folder
 */
function writeSourceLists(folder) {
  const parts = path.join(systemLists, 'sources.list.d');
  const files = [path.join(systemLists, 'sources.list')].filter(file => existsSync(file));
  if (existsSync(parts)) {
    const names = readdirSync(parts).filter(name => /\.(list|sources)$/.test(name));
    files.push(...names.map(name => path.join(parts, name)));
  }
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const forSources = file.endsWith('.sources')
      ? text.replace(/^Types:.*$/gim, 'Types: deb-src')
      : text.replace(/^deb-src\b.*$/gm, '').replace(/^deb\b/gm, 'deb-src');
    writeFileSync(path.join(folder, path.basename(file)), forSources);
  }
}
