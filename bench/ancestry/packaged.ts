import type { MeasuredStudy } from './known-pairs.ts';
import type { KnownNetwork } from './train-studies.ts';

interface PackagedStudy {
  readonly name: string;
  readonly half: MeasuredStudy['half'];
  /** Called as their files are. */
  readonly networks: readonly Omit<KnownNetwork, 'path'>[];
}

const WAKE_WORDS = ['alexa', 'hey_marvin', 'hey_jarvis', 'timer', 'weather'];

/** What `bench/peers/ancestry_packages.py` lays out, with what its makers say about its ancestry. */
export const PACKAGED_STUDIES: readonly PackagedStudy[] = [
  {
    name: 'openwakeword',
    half: 'held-out',
    networks: WAKE_WORDS.map((word) => ({
      name: `openwakeword-${word}.safetensors`,
      lineage: word,
      how: 'trained from scratch on its own phrase',
    })),
  },
  {
    name: 'chgnet',
    half: 'held-out',
    networks: [
      { name: 'chgnet-0.3.0.pt', lineage: 'chgnet', how: 'trained on PBE energies' },
      { name: 'chgnet-r2scan.pt', lineage: 'chgnet', how: 'fine-tuned from it on r2SCAN energies' },
    ],
  },
];
