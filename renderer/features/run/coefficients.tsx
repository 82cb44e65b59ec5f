import { Chart } from '../../charts/chart.tsx';
import { type CoefficientTable, coefficientChart } from './coefficient-chart.ts';

/** Cells stay readable: no lower than a line of text, no wider than they need to be. */
export const ROW_PIXELS = 34;
export const COLUMN_PIXELS = 96;

/** The soup's weights as a heatmap. */
export function Coefficients({ table }: { readonly table: CoefficientTable }) {
  return (
    <div style={{ maxWidth: 380 + COLUMN_PIXELS * table.groups.length }}>
      <Chart data={coefficientChart(table)} height={Math.max(190, 110 + ROW_PIXELS * table.ingredients.length)} />
    </div>
  );
}
