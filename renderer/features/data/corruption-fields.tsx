import { Fieldset, NumberInput, Select, SimpleGrid } from '@mantine/core';
import type { CorruptionCard } from '../../../preload/contract/datasets.ts';
import type { CorruptionDraft } from './source-draft.ts';

interface CorruptionFieldsProps {
  readonly cards: readonly CorruptionCard[];
  readonly corruption: CorruptionDraft | undefined;
  readonly onChange: (corruption: CorruptionDraft | undefined) => void;
}

const MIDDLE = 3;

/** Damage done to the images, to see how robust a soup is. */
export function CorruptionFields({ cards, corruption, onChange }: CorruptionFieldsProps) {
  const card = cards.find(({ kind }) => kind === corruption?.kind);
  return (
    <Fieldset legend="Damage">
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Select
          label="Kind"
          description={card?.description}
          placeholder="none: the images as they are"
          clearable
          clearButtonProps={{ 'aria-label': 'No damage' }}
          data={cards.map(({ kind, title }) => ({ value: kind, label: title }))}
          value={corruption?.kind ?? null}
          onChange={(kind) => onChange(kind === null ? undefined : { severity: MIDDLE, seed: 0, ...corruption, kind })}
        />
        {corruption !== undefined && card !== undefined && (
          <>
            <Select
              label="Severity"
              allowDeselect={false}
              data={card.levels.map((level, index) => ({
                value: String(index + 1),
                label: `${index + 1} (${level})`,
              }))}
              description={card.parameter}
              value={String(corruption.severity)}
              onChange={(severity) => onChange({ ...corruption, severity: Number(severity ?? MIDDLE) })}
            />
            <NumberInput
              label="Seed of the noise"
              min={0}
              allowDecimal={false}
              value={corruption.seed}
              onChange={(seed) => onChange({ ...corruption, seed: typeof seed === 'number' ? seed : 0 })}
            />
          </>
        )}
      </SimpleGrid>
    </Fieldset>
  );
}
