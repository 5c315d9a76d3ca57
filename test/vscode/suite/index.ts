import { writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import Mocha from 'mocha';

/** Marks Mocha's lines among all that the workbench logs, for scripts/codeHost.mjs. */
const mark = '\u2063';

/** VS Code calls this in its extension host; resolves when all tests have passed. */
export async function run(): Promise<void> {
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => {
    const [first, ...others] = args;
    console.log(
      `${mark}${typeof first === 'string' ? first : first === undefined ? '' : inspect(first)}`,
      ...others,
    );
  };
  const mocha = new Mocha({ ui: 'bdd', timeout: 300_000, color: false });
  mocha.suite.emit('pre-require', globalThis as unknown as Mocha.MochaGlobals, '', mocha);
  await import('./opening.test');
  await import('./flashing.test');
  await import('./caFromServer.test');
  await import('./certificates.test');
  await import('./debugging.test');
  await import('./diagnostics.test');
  await import('./flashLayout.test');
  await import('./manifest.test');
  await import('./seeing.test');
  const failures = await new Promise<number>(resolve => {
    const runner = mocha.run(resolve);
    // The list of failures comes at the end, which a run that is stopped does not reach.
    runner.on('fail', (_test, error: Error) => {
      Mocha.reporters.Base.consoleLog(`      ${error.message}`);
    });
    runner.on('end', () => {
      const file = process.env['MOCHA_RESULT_FILE'];
      const { passes: passed = 0, failures: failed = 0 } = runner.stats ?? {};
      if (file !== undefined) writeFileSync(file, JSON.stringify({ passed, failed }));
    });
  });
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}
