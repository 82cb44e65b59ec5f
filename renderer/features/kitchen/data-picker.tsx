import { Checkbox, Group, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import type { PantrySplit } from '../../../preload/contract/kitchen.ts';
import { formatCount } from '../../lib/format.ts';
import { isSameSource, type Place, type RecipeDraft } from './recipe-text.ts';

interface DataPickerProps {
  readonly splits: readonly PantrySplit[];
  readonly chosen: RecipeDraft['splits'];
  readonly disabled: boolean;
  readonly onChange: (place: Place, value: unknown) => void;
}

const OTHER = 'as in the recipe file';

/** Which data play which role. */
export function DataPicker({ splits, chosen, disabled, onChange }: DataPickerProps) {
  const tests = splits.filter(({ role }) => role === 'test');
  const taken = (split: PantrySplit): boolean => isSameSource(chosen.test[split.name], split.source);
  const others = Object.keys(chosen.test).filter((name) => !tests.some((split) => split.name === name && taken(split)));
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <RoleSelect part="selection" label="Selection" {...{ splits, chosen, disabled, onChange }}>
          Held out; recipes may look at it.
        </RoleSelect>
        <RoleSelect part="train" label="Training" {...{ splits, chosen, disabled, onChange }}>
          Recipes that learn may look at it; samples that a test set shares with it are noticed.
        </RoleSelect>
      </SimpleGrid>
      <Checkbox.Group
        label="Test sets"
        description="No recipe ever looks at them; everything is scored on them afterwards."
        value={tests.filter(taken).map(({ name }) => name)}
        onChange={(names) => {
          const changed = tests.find((split) => names.includes(split.name) !== taken(split));
          if (changed === undefined) return;
          onChange(['splits', 'test', changed.name], names.includes(changed.name) ? changed.source : undefined);
        }}
      >
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing={6} verticalSpacing={6} mt="xs">
          {tests.map(({ name, description, sampleCount }) => (
            <Checkbox
              key={name}
              value={name}
              label={name}
              description={`${description} · ${formatCount(sampleCount)} samples`}
              disabled={disabled}
            />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
      {others.length > 0 && (
        <Group gap={6}>
          <Text size="sm" c="dimmed">
            In the recipe file only: {others.join(', ')}
          </Text>
        </Group>
      )}
    </Stack>
  );
}

interface RoleSelectProps extends DataPickerProps {
  readonly part: 'train' | 'selection';
  readonly label: string;
  readonly children: string;
}

function RoleSelect({ part, label, children, splits, chosen, disabled, onChange }: RoleSelectProps) {
  const candidates = splits.filter((split) => split.role === part);
  const source = chosen[part];
  const current = candidates.find((split) => isSameSource(split.source, source));
  const isOther = source !== undefined && current === undefined;
  return (
    <Select
      label={label}
      description={children}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      placeholder="none"
      clearable
      clearButtonProps={{ 'aria-label': `No ${part} data` }}
      disabled={disabled}
      data={[
        ...candidates.map(({ name, sampleCount }) => ({
          value: name,
          label: `${name} · ${formatCount(sampleCount)} samples`,
        })),
        ...(isOther ? [{ value: OTHER, label: OTHER }] : []),
      ]}
      value={isOther ? OTHER : (current?.name ?? null)}
      onChange={(name) => {
        if (name !== OTHER) onChange(['splits', part], candidates.find((split) => split.name === name)?.source);
      }}
    />
  );
}
