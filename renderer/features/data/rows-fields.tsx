import { Checkbox, Fieldset, NumberInput, SimpleGrid } from '@mantine/core';
import type { RowsDraft } from './source-draft.ts';

interface RowsFieldsProps {
  readonly rows: RowsDraft;
  readonly onChange: (rows: RowsDraft) => void;
}

const SHARED = { min: 0, allowDecimal: false, thousandSeparator: ',' } as const;

/** Which samples of the source are taken; two splits of one file need ranges that do not overlap. */
export function RowsFields({ rows, onChange }: RowsFieldsProps) {
  const numberOf = (value: number | string): number | undefined => (typeof value === 'number' ? value : undefined);
  return (
    <Fieldset legend="Rows">
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <NumberInput
          {...SHARED}
          label="From"
          placeholder="0"
          value={rows.from ?? ''}
          onChange={(value) => onChange({ ...rows, from: numberOf(value) })}
        />
        <NumberInput
          {...SHARED}
          label="Up to, not included"
          placeholder="all"
          value={rows.to ?? ''}
          onChange={(value) => onChange({ ...rows, to: numberOf(value) })}
        />
        <NumberInput
          {...SHARED}
          label="Seed of a random order"
          placeholder="the file’s own order"
          value={rows.shuffle ?? ''}
          onChange={(value) => onChange({ ...rows, shuffle: numberOf(value) })}
        />
      </SimpleGrid>
      <Checkbox
        mt="sm"
        label="About the same share of each class in every range"
        description="In a random order; splits that share the seed do not share rows when their ranges do not overlap"
        disabled={rows.shuffle === undefined}
        checked={rows.stratified && rows.shuffle !== undefined}
        onChange={(event) => onChange({ ...rows, stratified: event.currentTarget.checked })}
      />
    </Fieldset>
  );
}
