import { probeDevices } from '../../runtimes/devices.ts';
import type { ProbeResult, ProbeTask } from '../protocol.ts';

/** Finds out which devices work by using each of them. */
export async function probe({ benchmark }: ProbeTask): Promise<ProbeResult> {
  return { kind: 'probe', devices: await probeDevices({ benchmark }) };
}
