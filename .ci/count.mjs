// Prints "PASSED FAILED" for a JSON report of Vitest or Playwright. A run that left no report, or failed outside its tests, counts
// as one failure; a Playwright test that passed only when tried again counts as failed.
import { readFileSync } from 'node:fs';

const [file, status] = process.argv.slice(2);
let passed = 0;
let failed = 0;
try {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  if (report.stats === undefined) {
    passed = report.numPassedTests;
    failed = report.numFailedTests;
  } else {
    passed = report.stats.expected;
    failed = report.stats.unexpected + report.stats.flaky;
  }
} catch (error) {
  console.error(`No test report: ${error.message}`);
}
if (Number(status) !== 0 && failed === 0) failed = 1;
if (passed + failed === 0) failed = 1;
console.log(`${passed} ${failed}`);
