import type { TensorMethod } from './tensor-method.ts';

/** Every method, by its name in recipe files. */
export const METHODS: readonly TensorMethod[] = [];

export function findMethod(name: string): TensorMethod | undefined {
  return METHODS.find((method) => method.name === name);
}
