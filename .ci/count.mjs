// Prints "PASSED FAILED" for a Vitest JSON report; a run that left no report, or failed outside its tests, counts as one failure.
import { readFileSync } from 'node:fs';

const [file, status] = process.argv.slice(2);
let passed = 0;
let failed = 0;
try {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  passed = report.numPassedTests;
  failed = report.numFailedTests;
} catch (error) {
  console.error(`No test report: ${error.message}`);
}
if (Number(status) !== 0 && failed === 0) failed = 1;
if (passed + failed === 0) failed = 1;
console.log(`${passed} ${failed}`);
