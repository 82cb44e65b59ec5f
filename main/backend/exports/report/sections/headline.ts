import { count, percent, plural, pValue, signedPoints } from '../format.ts';
import { type Markup, markup } from '../markup.ts';
import type { ReportComparison, ReportData } from '../report-data.ts';
import { accuracyOn, comparisonsOfMainSoup, isJust, meanAccuracy, ofKind, verdictOn } from '../standing.ts';

/** Is the soup better than the best ingredient, by how much, how sure; in words. */
export function headline(data: ReportData): Markup {
  const soup = data.soups.find((one) => one.id === data.mainSoup);
  const best = data.ingredients.find((one) => one.id === data.bestIngredient);
  const comparison = comparisonsOfMainSoup(data, data.bestIngredient)[0];
  if (soup === undefined || best === undefined || comparison === undefined) {
    return markup`<div class="answer undecided"><p class="lead">The soup was not compared with an ingredient on a test set.</p></div>`;
  }
  if (isJust(soup, data, best.id)) {
    return markup`<div class="answer undecided">
<p class="lead">“${soup.name}” is the best ingredient itself, “${best.name}”: nothing was added to it.</p>
${ensembleSentence(data, soup)}
</div>`;
  }
  return markup`<div class="answer ${verdictOn(comparison)}">
<p class="lead">${lead(comparison, soup.name, best.name)}</p>
<p>${evidence(comparison)}</p>
${robustness(data, soup, best)}
${ensembleSentence(data, soup)}
</div>`;
}

function lead(comparison: ReportComparison, soupName: string, bestName: string): string {
  const soup = `“${soupName}”`;
  const best = `“${bestName}”`;
  const { result, testSet } = comparison;
  const points = `${signedPoints(Math.abs(result.difference)).replace('+', '')} points`;
  switch (verdictOn(comparison)) {
    case 'better':
      return `Yes: ${soup} is better than the best ingredient, ${best}, by ${points} on ${testSet}.`;
    case 'worse':
      return `No: ${soup} is worse than the best ingredient, ${best}, by ${points} on ${testSet}.`;
    case 'undecided':
      if (result.difference === 0) return `${soup} and the best ingredient, ${best}, do equally well on ${testSet}.`;
      return `Undecided: ${soup} is ${result.difference > 0 ? 'ahead of' : 'behind'} the best ingredient, ${best}, by ${points} on ${testSet}; chance alone can explain that.`;
  }
}

function evidence({ result }: ReportComparison): string {
  return (
    `Of ${count(result.total)} images, ${count(result.onlyFirst)} are right with the soup only and ` +
    `${count(result.onlySecond)} with the ingredient only. Difference ${signedPoints(result.difference)} points, 95\u00a0% interval ` +
    `${signedPoints(result.interval.low)} to ${signedPoints(result.interval.high)} (paired bootstrap); ${pValue(result.pValue)} (exact McNemar test).`
  );
}

function robustness(
  data: ReportData,
  soup: ReportData['soups'][number],
  best: ReportData['ingredients'][number],
): Markup | undefined {
  const shifted = ofKind(data, 'shifted');
  const ofSoup = meanAccuracy(soup, shifted);
  const ofBest = meanAccuracy(best, shifted);
  if (ofSoup === undefined || ofBest === undefined) return undefined;
  const verdicts = comparisonsOfMainSoup(data, best.id)
    .filter((one) => shifted.some((set) => set.name === one.testSet))
    .map(verdictOn);
  const tally = (wanted: string): number => verdicts.filter((verdict) => verdict === wanted).length;
  return markup`<p>Over ${plural(shifted.length, 'shifted test set')} it averages ${percent(ofSoup)} against the ingredient's ${percent(ofBest)} (${signedPoints(ofSoup - ofBest)} points): clearly better on ${tally('better')}, clearly worse on ${tally('worse')}, undecided on ${tally('undecided')}.</p>`;
}

function ensembleSentence(data: ReportData, soup: ReportData['soups'][number]): Markup | undefined {
  const first = data.testSets[0];
  const ensemble = data.ensembles[0];
  if (first === undefined || ensemble === undefined) return undefined;
  const ofSoup = accuracyOn(soup, first.name);
  const ofEnsemble = accuracyOn(ensemble, first.name);
  if (ofSoup === undefined || ofEnsemble === undefined) return undefined;
  const comparison = comparisonsOfMainSoup(data, ensemble.id).find((one) => one.testSet === first.name);
  return markup`<p>“${ensemble.name}” gets ${percent(ofEnsemble)} on ${first.name} for ${plural(ensemble.memberCount, 'forward pass', 'forward passes')} per image; the soup gets ${percent(ofSoup)} for one${comparison === undefined ? undefined : ` (${difference(comparison)})`}.</p>`;
}

function difference({ result }: ReportComparison): string {
  const { low, high } = result.interval;
  return `${signedPoints(result.difference)} points, ${signedPoints(low)} to ${signedPoints(high)}, ${pValue(result.pValue)}`;
}
