// `check` over a folder of your own, as people run it: npm run bench:tree -- FOLDER
import { spawnSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { readProjects } from '../src/analysis/project/readProjects';
import { print } from './figures';

const cli = path.join(__dirname, '..', 'out', 'cli.js');
/** Says at its end what it took, on a channel of its own. */
const meter = `import { writeSync } from 'node:fs';
process.on('exit', () => writeSync(3, JSON.stringify(process.resourceUsage())));`;

async function main(folder: string) {
  const projects = await readProjects(folder, undefined, () => undefined);
  const texts = new Map(
    projects.flatMap(({ files }) => files.map(({ path: file, text }) => [file, text] as const)),
  );
  let lines = 0;
  for (const text of texts.values()) lines += text.split('\n').length;
  print('firmwares', String(projects.length));
  print('files', String(texts.size));
  print('lines', String(lines));
  print('load before, of processors', `${(loadavg()[0] ?? 0).toFixed(1)} of ${availableParallelism()}`);
  const began = performance.now();
  const { status, output } = spawnSync(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(meter)}`,
      cli,
      'check',
      folder,
      '--fail-on',
      'never',
    ],
    { stdio: ['ignore', 'ignore', 'inherit', 'pipe'], encoding: 'utf8' },
  );
  const took = performance.now() - began;
  if (status !== 0) throw new Error(`check ended with ${status}`);
  const usage = JSON.parse(output[3] ?? '') as NodeJS.ResourceUsage;
  print('time', `${(took / 1000).toFixed(1)} s`, '60 s for 87 firmwares');
  print('  of processors', `${((usage.userCPUTime + usage.systemCPUTime) / 1e6).toFixed(1)} s`);
  print('peak memory', `${(usage.maxRSS / 1024).toFixed(0)} MB`, '1024 MB');
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('bench:tree needs a folder.');
void main(folder);
