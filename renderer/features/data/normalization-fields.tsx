import { Fieldset, SimpleGrid, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { SplitRow } from '../../../preload/contract/datasets.ts';
import { readNumbers } from '../kitchen/option-fields.ts';
import type { Normalization } from './source-draft.ts';

interface NormalizationFieldsProps {
  readonly splits: readonly SplitRow[];
  readonly normalization: Normalization | undefined;
  readonly onChange: (normalization: Normalization | undefined) => void;
}

/** How stored bytes become inputs: the same as when the ingredients were trained, or every score is poor. */
export function NormalizationFields({ splits, normalization, onChange }: NormalizationFieldsProps) {
  const [mean, setMean] = useState(normalization?.mean.join(', ') ?? '');
  const [std, setStd] = useState(normalization?.std.join(', ') ?? '');
  const change = (nextMean: string, nextStd: string): void => {
    setMean(nextMean);
    setStd(nextStd);
    const [means, deviations] = [readNumbers(nextMean), readNumbers(nextStd)];
    const isGiven = means !== undefined && deviations !== undefined && means.length > 0 && deviations.length > 0;
    onChange(isGiven ? { mean: means, std: deviations } : undefined);
  };
  return (
    <Fieldset legend="Normalization">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label="Mean, per channel"
          description={
            splits.length > 0 ? 'As that of the splits there are' : '(value / 255 − mean) / deviation; empty for 0 … 1'
          }
          placeholder="0.485, 0.456, 0.406"
          value={mean}
          error={readNumbers(mean) === undefined ? 'Numbers, with commas between them' : undefined}
          onChange={(event) => change(event.currentTarget.value, std)}
        />
        <TextInput
          label="Standard deviation, per channel"
          description="As when the ingredients were trained"
          placeholder="0.229, 0.224, 0.225"
          value={std}
          error={readNumbers(std) === undefined ? 'Numbers, with commas between them' : undefined}
          onChange={(event) => change(mean, event.currentTarget.value)}
        />
      </SimpleGrid>
    </Fieldset>
  );
}
