import { z } from 'zod';
import { procedure } from './base.ts';

const metric = z.object({
  id: z.string(),
  label: z.string(),
  /** The label within a sentence. */
  phrase: z.string(),
  /** How its values are written: in per cent, in nats, or as they are. */
  unit: z.enum(['share', 'nats', 'number']),
  better: z.enum(['higher', 'lower']),
  /** What it says, for someone who has to choose. */
  description: z.string(),
  /** How it comes from a network's outputs and the labels. */
  computation: z.string(),
  source: z.string(),
  /** Of two subjects on the same samples. */
  test: z.enum(['mcnemar', 'bootstrap']),
  /** With fewer classes it says nothing. */
  leastClasses: z.int(),
});

export type Metric = Readonly<z.infer<typeof metric>>;

export const metrics = {
  /** Every metric there is, in the order in which they are listed; the first decides where nothing else was chosen. */
  list: procedure.output(z.array(metric).readonly()),
};
