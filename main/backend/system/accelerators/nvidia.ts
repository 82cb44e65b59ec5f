import { existsSync } from 'node:fs';
import { runCommand } from './run-command.ts';

/** True where an NVIDIA driver is at work: then, and only then, are the large CUDA builds worth fetching. */
export async function hasNvidiaDriver(): Promise<boolean> {
  if (process.platform === 'linux' && existsSync('/proc/driver/nvidia/version')) return true;
  const { code } = await runCommand('nvidia-smi', ['--list-gpus'], { timeoutSeconds: 20 });
  return code === 0;
}
