import { assertNever } from '../../errors.ts';
import type { TrainingConfig } from '../protocol.ts';

/**
 * The learning rate of an epoch, counted from 0.
 *
 * `cosine` is Loshchilov & Hutter, "SGDR" (2017), equation 5, with one period and a minimum of zero: what PyTorch's
 * `CosineAnnealingLR(optimizer, T_max=epochs)` gives when it is stepped once after every epoch.
 */
export function learningRateOf(
  config: Pick<TrainingConfig, 'schedule' | 'learningRate' | 'epochs'>,
  epoch: number,
): number {
  switch (config.schedule) {
    case 'constant':
      return config.learningRate;
    case 'cosine':
      return (config.learningRate * (1 + Math.cos((Math.PI * epoch) / config.epochs))) / 2;
    default:
      return assertNever(config.schedule);
  }
}
