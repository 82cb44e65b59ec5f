import { arceeFusion } from './arcee-fusion.ts';
import { karcher } from './karcher.ts';
import { linear } from './linear.ts';
import { modelStock } from './model-stock.ts';
import { multislerp } from './multislerp.ts';
import { nearswap } from './nearswap.ts';
import { nuslerp } from './nuslerp.ts';
import { passthrough } from './passthrough.ts';
import { ram, ramPlus } from './ram.ts';
import { sce } from './sce.ts';
import { slerp } from './slerp.ts';
import {
  breadcrumbs,
  breadcrumbsTies,
  dareLinear,
  dareTies,
  della,
  dellaLinear,
  taskArithmetic,
  ties,
} from './task-arithmetic.ts';
import type { TensorMethod } from './tensor-method.ts';

/** Every method, in the order they are listed in. */
export const METHODS: readonly TensorMethod[] = [
  linear,
  slerp,
  nuslerp,
  multislerp,
  karcher,
  taskArithmetic,
  ties,
  dareLinear,
  dareTies,
  della,
  dellaLinear,
  breadcrumbs,
  breadcrumbsTies,
  modelStock,
  nearswap,
  arceeFusion,
  sce,
  ram,
  ramPlus,
  passthrough,
];

/** The method of this word in recipe files. */
export function findMethod(name: string): TensorMethod | undefined {
  return METHODS.find((method) => method.name === name);
}
