/**
 * Everything runs over whole blocks of 16 elements: buffers are padded by the caller (see `../kernels.ts`), and what is
 * computed in the padding is never looked at. There are no fused multiply-adds and no relaxed instructions, so every
 * machine gets the same bits.
 */
export { sumSinglesInSingles, sumSinglesInDoubles, sumDoubles } from './sums';
export { widenHalfs, widenBrains, widenByTable, promoteSingles } from './widen';
export { doublesToSingles, doublesToHalfs, doublesToBrains, singlesToHalfs, singlesToBrains } from './narrow';
export { measureSums } from './measure';
export { settleSingles, settleDoubles, hasSpecialExponent } from './settle';
export { subtractSingles, subtractDoubles, keepSinglesBetween, keepDoublesBetween } from './deltas';
export { keepDrawnSingles, keepDrawnDoubles } from './draw';
export { countSingleDigits, countDoubleDigits, findSingle, findDouble } from './select';
export { addSinglesToBase, addDoublesToBase, electSingles, electDoubles } from './combine';
export { swapNearSingles, swapNearDoubles } from './combine';
export { addOverlapsSingles, addOverlapsDoubles, countOverlapsSingles, countOverlapsDoubles } from './overlap';
export { gramSingles, gramDoubles, sumMagnitudesOfSingles, sumMagnitudesOfDoubles } from './moments';
export { varianceOfSingles, varianceOfDoubles } from './moments';
export { keepSinglesByRank, keepDoublesByRank } from './ranks';
