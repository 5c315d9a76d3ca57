// Mocha's spec report, and the counts in the file that MOCHA_RESULT_FILE names, for scripts/test.mjs to add up.
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

class CountingReporter extends Mocha.reporters.Spec {
  /**
   * @override
   * @param {number} failures
   * @param {((failures: number) => void)} [done]
   */
  done(failures, done) {
    const file = process.env['MOCHA_RESULT_FILE'];
    if (file) writeFileSync(file, JSON.stringify({ passed: this.stats.passes, failed: this.stats.failures }));
    done?.(failures);
  }
}

module.exports = CountingReporter;
