// Prints "PASSED FAILED" for a JSON report of Vitest or Playwright. A run that left no report, or failed outside its tests, counts
// as one failure; a Playwright test that passed only when tried again counts as failed. What failed is written to the given file,
// with the beginning of its first error, so that it can be read at the end of a long log.
import { appendFileSync, readFileSync } from 'node:fs';

const [file, status, failures] = process.argv.slice(2);
let passed = 0;
let failed = 0;
try {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  if (report.stats === undefined) {
    passed = report.numPassedTests;
    failed = report.numFailedTests;
    for (const { name, assertionResults } of report.testResults) {
      for (const test of assertionResults) {
        if (test.status === 'failed') tell(name, test.fullName, test.failureMessages[0]);
      }
    }
  } else {
    passed = report.stats.expected;
    failed = report.stats.unexpected + report.stats.flaky;
    for (const spec of report.suites.flatMap(specsOf)) {
      const bad = spec.tests.find(({ status }) => status === 'unexpected' || status === 'flaky');
      if (bad !== undefined) tell(spec.file, spec.title, bad.results[0]?.error?.message);
    }
  }
} catch (error) {
  console.error(`No test report: ${error.message}`);
}
if (Number(status) !== 0 && failed === 0) failed = 1;
if (passed + failed === 0) failed = 1;
console.log(`${passed} ${failed}`);

function specsOf(suite) {
  return [...suite.specs, ...(suite.suites ?? []).flatMap(specsOf)];
}

function tell(where, title, message = '') {
  appendFileSync(failures, `FAILED: ${where}: ${title}\n${message.slice(0, 2000)}\n`);
}
