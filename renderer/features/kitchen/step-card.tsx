import { ActionIcon, Button, Collapse, Group, Text, TextInput, Title, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle, IconArrowDown, IconArrowUp, IconChevronDown, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useId, useMemo } from 'react';
import type { RecipeCard, RecipeOutline } from '../../../preload/contract/kitchen.ts';
import classes from './chain.module.css';
import type { DraftStep } from './chain-text.ts';
import { fieldErrors } from './field-errors.ts';
import { type FieldChoice, optionFields } from './option-fields.ts';
import { OptionsForm } from './options-form.tsx';
import type { Place } from './recipe-text.ts';
import { ScopeFields } from './scope-fields.tsx';

interface StepCardProps {
  readonly index: number;
  readonly count: number;
  readonly step: DraftStep;
  /** undefined where nothing is called so. */
  readonly card: RecipeCard | undefined;
  /** Whether it mixes, so that it may have a scope, and makes one model, which may have a name. */
  readonly isRecipe: boolean;
  /** Its place in the file: `options.steps.1`. */
  readonly field: string;
  /** Names of the models that it is given. */
  readonly models: readonly string[];
  /** Those of the run, and those that would go in. */
  readonly ingredients: readonly FieldChoice[];
  readonly outline: RecipeOutline | undefined;
  readonly errors: ReadonlyMap<string, string>;
  readonly disabled: boolean;
  readonly onMove: (to: number) => void;
  readonly onRemove: () => void;
  /** @param place within the step; `isIngredient`: the value names one, which then goes in */
  readonly onChange: (place: Place, value: unknown, isIngredient: boolean) => void;
}

/** One step of a chain: what it is, what it is given, its options, and what is wrong with it. */
export function StepCard(props: StepCardProps) {
  const { index, count, step, card, isRecipe, field, models, errors, disabled, onMove, onRemove, onChange } = props;
  const fields = useMemo(() => optionFields(card?.options ?? {}), [card]);
  const named = fields.filter(({ kind }) => kind === 'ingredient').map(({ name }) => name);
  const title = card?.title ?? (step.recipe === '' ? 'Nothing' : step.recipe);
  const faults = [...errors].filter(([place]) => place === field || place.startsWith(`${field}.`));
  const general = [field, `${field}.recipe`, `${field}.options`].flatMap((place) => errors.get(place) ?? []);
  const choices = stepChoices(models, props.ingredients);
  return (
    <li className={classes.step} data-faulty={faults.length > 0 || undefined}>
      <fieldset className={classes.fields} aria-label={`Step ${index + 1}: ${title}`}>
        <div className={classes.head}>
          <Title order={3} className={classes.title}>
            <span className={classes.number} aria-hidden>
              {index + 1}
            </span>
            {title}
          </Title>
          <Group gap={2} wrap="nowrap">
            <Action
              what="up"
              label={`Move step ${index + 1} up`}
              disabled={disabled || index === 0}
              onAct={() => onMove(index - 1)}
            >
              <IconArrowUp size={16} />
            </Action>
            <Action
              what="down"
              label={`Move step ${index + 1} down`}
              disabled={disabled || index === count - 1}
              onAct={() => onMove(index + 1)}
            >
              <IconArrowDown size={16} />
            </Action>
            <Action what="remove" label={`Remove step ${index + 1}`} disabled={disabled} onAct={onRemove}>
              <IconTrash size={16} />
            </Action>
          </Group>
        </div>
        {card !== undefined && (
          <Text size="sm" c="dimmed">
            {card.description}
          </Text>
        )}
        {models.length > 0 && (
          <Text size="sm" c="dimmed" className={classes.given}>
            Goes on with {models.join(', ')}
          </Text>
        )}
        {general.map((message) => (
          <Text key={message} size="sm" c="var(--mantine-color-error)" role="alert" className={classes.fault}>
            <IconAlertTriangle size={15} aria-hidden /> {message}
          </Text>
        ))}
        {fields.length > 0 && (
          <div className={classes.options}>
            <OptionsForm
              fields={fields}
              values={step.options}
              errors={fieldErrors(errors, `${field}.options`)}
              disabled={disabled}
              ingredients={models}
              choices={new Map(named.map((name) => [name, choices]))}
              onChange={(place, value) =>
                onChange(['options', ...place], value, place.length === 1 && named.includes(String(place[0])))
              }
            />
          </div>
        )}
        {isRecipe && <Further {...props} sources={choices} />}
      </fieldset>
    </li>
  );
}

/** What a step may say beside its options: seldom needed, so it is folded away unless something is said. */
function Further(props: StepCardProps & { readonly sources: readonly FieldChoice[] }) {
  const { step, field, models, sources, outline, errors, disabled, onChange } = props;
  const isSaid = step.scope !== undefined || step.name !== undefined;
  const [isOpen, { toggle }] = useDisclosure(isSaid);
  const id = useId();
  return (
    <>
      <Button
        size="compact-sm"
        variant="subtle"
        mt="sm"
        ml={-8}
        aria-expanded={isOpen}
        aria-controls={id}
        rightSection={<IconChevronDown size={14} className={classes.chevron} data-open={isOpen || undefined} />}
        onClick={toggle}
      >
        Name and scope
      </Button>
      <Collapse expanded={isOpen} id={id}>
        <div className={classes.options}>
          <TextInput
            label="Name of the outcome"
            description="What later steps call it; the recipe’s name when left out."
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            placeholder={step.recipe}
            value={step.name ?? ''}
            error={errors.get(`${field}.name`)}
            disabled={disabled}
            mb="md"
            onChange={({ currentTarget: { value } }) => onChange(['name'], value === '' ? undefined : value, false)}
          />
          <ScopeFields
            scope={step.scope}
            view={outline?.scopes.find((scope) => scope.field === `${field}.scope`)}
            tensors={outline?.tensors ?? []}
            sources={sources}
            otherwise={typeof step.options.base === 'string' ? step.options.base : models[0]}
            errors={fieldErrors(errors, `${field}.scope`)}
            whole={errors.get(`${field}.scope`)}
            disabled={disabled}
            onChange={(scope) => onChange(['scope'], scope, false)}
          />
        </div>
      </Collapse>
    </>
  );
}

interface ActionProps {
  readonly what: 'up' | 'down' | 'remove';
  readonly label: string;
  readonly disabled: boolean;
  readonly onAct: () => void;
  readonly children: ReactNode;
}

function Action({ what, label, disabled, onAct, children }: ActionProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        data-action={what}
        disabled={disabled}
        onClick={onAct}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

/** What a step's option may name: what it is given, then ingredients that no step has kept. */
function stepChoices(models: readonly string[], ingredients: readonly FieldChoice[]): readonly FieldChoice[] {
  const others = ingredients.filter(({ value }) => !models.includes(value));
  return [
    ...models.map((name) => ({ value: name, label: name, explanation: '', disabled: false })),
    ...others.map((one) => (one.explanation === '' ? { ...one, explanation: 'An ingredient, as it was' } : one)),
  ];
}
