import type { ReportIngredient } from './report-data.ts';

/** Hyper-parameters in words, those in which ingredients differ apart from those that all of them share. */
export interface Hyperparameters {
  readonly differing: readonly { readonly label: string; readonly values: readonly string[] }[];
  readonly shared: readonly { readonly label: string; readonly value: string }[];
}

/** @returns `values` in the order of the ingredients, a dash where one has no such hyper-parameter */
export function compareHyperparameters(ingredients: readonly ReportIngredient[]): Hyperparameters {
  const labels = [...new Set(ingredients.flatMap((one) => one.facts.map((fact) => fact.label)))];
  const rows = labels.map((label) => ({
    label: inWords(label),
    values: ingredients.map((one) => one.facts.find((fact) => fact.label === label)?.value ?? '–'),
  }));
  const isShared = ({ values }: { readonly values: readonly string[] }): boolean => new Set(values).size === 1;
  return {
    differing: rows.filter((row) => !isShared(row)),
    shared: rows.filter(isShared).map(({ label, values }) => ({ label, value: values[0]! })),
  };
}

/** `learningRate` → `learning rate` */
function inWords(label: string): string {
  return label.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
