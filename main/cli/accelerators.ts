import type { Command } from 'commander';
import type { AcceleratorsReport } from '../backend/system/accelerators/install.ts';
import type { StepOutcome } from '../backend/system/accelerators/step.ts';
import { assertNever } from '../errors.ts';

interface AcceleratorsFlags {
  readonly json: boolean;
}

export function register(program: Command): void {
  program
    .command('accelerators')
    .summary('fetch what the install left out and this machine can use')
    .description(
      'Fetch native TensorFlow for training and, where there is an NVIDIA driver, the CUDA provider of ONNX Runtime; then try ' +
        'every device and time it. What is there already is left alone. Nothing of this is needed: ONNX Runtime on the CPU ' +
        'and WebAssembly come with npm ci.',
    )
    .option('--json', 'print the outcome as JSON', false)
    .action(async (flags: AcceleratorsFlags) => {
      await accelerators(flags);
    });
}

async function accelerators(flags: AcceleratorsFlags): Promise<void> {
  const { installAccelerators } = await import('../backend/system/accelerators/install.ts');
  const { TerminalProgress } = await import('./terminal-progress.ts');
  const progress = new TerminalProgress(!flags.json);
  const cancel = new AbortController();
  const onInterrupt = (): void => cancel.abort();
  process.once('SIGINT', onInterrupt);
  try {
    const report = await installAccelerators(progress.show, cancel.signal);
    progress.end();
    console.log(flags.json ? JSON.stringify(report, null, 2) : describe(report));
    if (report.steps.some(({ kind }) => kind === 'failed')) process.exitCode = 1;
  } finally {
    progress.end();
    process.removeListener('SIGINT', onInterrupt);
  }
}

function describe({ steps, devices }: AcceleratorsReport): string {
  const lines = steps.flatMap(describeStep);
  lines.push('', 'Devices (images of 28 × 28 per second through a small network):');
  for (const device of devices) {
    const name = `${device.runtime} ${device.device}`.padEnd(16);
    const speeds = [
      device.imagesPerSecond === undefined ? '' : `${round(device.imagesPerSecond)} evaluated`,
      device.trainingImagesPerSecond === undefined ? '' : `${round(device.trainingImagesPerSecond)} trained`,
    ].filter((text) => text !== '');
    const speed = speeds.length === 0 ? '' : `  ${speeds.join(', ')}`;
    lines.push(`  ${device.usable ? '✓' : '–'} ${name} ${device.explanation}${speed}`);
  }
  return lines.join('\n');
}

function describeStep(step: StepOutcome): string[] {
  switch (step.kind) {
    case 'present':
      return [`Present: ${step.what}`];
    case 'installed':
      return [`Installed: ${step.what}`];
    case 'not-applicable':
      return [`Not needed: ${step.what}`];
    case 'failed':
      return [`Failed: ${step.what}`, ...step.details.map((detail) => `  - ${detail}`), `  ${step.remedy}`];
    default:
      return assertNever(step);
  }
}

function round(value: number): string {
  return Math.round(value).toLocaleString('en');
}
