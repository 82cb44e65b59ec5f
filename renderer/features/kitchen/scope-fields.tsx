import { Button, Group, Select, SimpleGrid, TagsInput, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useId, useMemo } from 'react';
import type { RecipeOutline } from '../../../preload/contract/kitchen.ts';
import { formatCount, formatNumberOf } from '../../lib/format.ts';
import type { FieldErrors } from './field-errors.ts';
import type { FieldChoice } from './option-fields.ts';
import classes from './scope.module.css';
import { patternsOf, type Scope, suggestedPatterns, withPatterns } from './scope-text.ts';

interface ScopeFieldsProps {
  readonly scope: Scope | undefined;
  /** What it comes to; undefined where there is none, or where it is not known yet. */
  readonly view: RecipeOutline['scopes'][number] | undefined;
  /** Names of all tensors; none where they are not known. */
  readonly tensors: readonly string[];
  /** What the others may be taken from. */
  readonly sources: readonly FieldChoice[];
  /** What they are taken from where nothing is chosen. */
  readonly otherwise: string | undefined;
  readonly errors: FieldErrors;
  /** What is said against the scope as a whole. */
  readonly whole: string | undefined;
  readonly disabled: boolean;
  readonly onChange: (scope: Scope | undefined) => void;
}

/** Which tensors are mixed, by their names; how many that are, and which. */
export function ScopeFields(props: ScopeFieldsProps) {
  const { scope = {}, view, tensors, sources, otherwise, errors, whole, disabled, onChange } = props;
  const suggestions = useMemo(() => suggestedPatterns(tensors), [tensors]);
  const from = typeof scope.from === 'string' ? scope.from : null;
  const patterns = (field: 'only' | 'freeze', label: string, explanation: string) => (
    <TagsInput
      label={label}
      description={[explanation, ...countsOf(patternsOf(scope[field]), view?.[field])].join(' ')}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      placeholder={patternsOf(scope[field]).length === 0 ? 'layer4.* or /regular expression/' : ''}
      data={suggestions}
      maxDropdownHeight={220}
      // An expression may hold commas.
      splitChars={[]}
      value={[...patternsOf(scope[field])]}
      error={errors.within(field)}
      disabled={disabled}
      onChange={(next) => onChange(withPatterns(scope, field, next))}
    />
  );
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" verticalSpacing="md">
        {patterns('only', 'Only these tensors', 'Nothing here means all.')}
        {patterns('freeze', 'Freeze', 'These are not mixed.')}
        {(view !== undefined || from !== null) && (
          <Select
            label="Take the others from"
            placeholder={otherwise ?? 'the first ingredient'}
            clearable
            clearButtonProps={{ 'aria-label': 'Take the others from the base or the first' }}
            data={sources.map(({ value, label }) => ({ value, label }))}
            value={from}
            error={errors.within('from')}
            disabled={disabled}
            onChange={(next) => onChange(next === null ? without(scope, 'from') : { ...scope, from: next })}
          />
        )}
      </SimpleGrid>
      {whole !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" mt={6} role="alert">
          {whole}
        </Text>
      )}
      {tensors.length > 0 && <Outcome tensors={tensors} frozen={view?.frozen ?? []} source={from ?? otherwise} />}
    </>
  );
}

interface OutcomeProps {
  readonly tensors: readonly string[];
  readonly frozen: readonly string[];
  readonly source: string | undefined;
}

function Outcome({ tensors, frozen, source }: OutcomeProps) {
  const [isOpen, { toggle }] = useDisclosure(false);
  const id = useId();
  const kept = new Set(frozen);
  const mixed = tensors.filter((name) => !kept.has(name));
  return (
    <>
      <Group gap="xs" mt="xs" justify="space-between">
        <Text size="sm" role="status">
          {frozen.length === 0
            ? `All ${formatNumberOf(tensors.length, 'tensor')} are mixed.`
            : `${formatCount(mixed.length)} of ${formatNumberOf(tensors.length, 'tensor')} are mixed; ${formatCount(frozen.length)} stay as in ${source ?? 'the first ingredient'}.`}
        </Text>
        <Button size="compact-sm" variant="subtle" aria-expanded={isOpen} aria-controls={id} onClick={toggle}>
          {isOpen ? 'Hide the tensors' : 'Show the tensors'}
        </Button>
      </Group>
      <div id={id} className={classes.lists} hidden={!isOpen}>
        {isOpen && <TensorNames title="Mixed" names={mixed} />}
        {isOpen && frozen.length > 0 && <TensorNames title="Kept" names={frozen} />}
      </div>
    </>
  );
}

function TensorNames({ title, names }: { readonly title: string; readonly names: readonly string[] }) {
  const heading = useId();
  return (
    <section className={classes.half} aria-labelledby={heading}>
      <Text id={heading} size="sm" fw={500} mb={4}>
        {title} ({formatCount(names.length)})
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <ul className={classes.names} tabIndex={0} aria-labelledby={heading}>
        {names.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </section>
  );
}

/** `conv* fits 4, fc.* fits 2.` */
function countsOf(patterns: readonly string[], counts: readonly number[] | undefined): readonly string[] {
  if (counts === undefined || counts.length !== patterns.length || patterns.length === 0) return [];
  return [`${patterns.map((pattern, i) => `${pattern} fits ${formatCount(counts[i]!)}`).join(', ')}.`];
}

function without(scope: Scope, field: keyof Scope): Scope | undefined {
  const { [field]: _, ...rest } = scope;
  return Object.keys(rest).length === 0 ? undefined : rest;
}
