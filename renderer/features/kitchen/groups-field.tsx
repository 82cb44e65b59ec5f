import { ActionIcon, Button, Input, MultiSelect, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { FieldErrors } from './field-errors.ts';
import type { OptionField } from './option-fields.ts';
import classes from './options.module.css';

interface GroupsFieldProps {
  readonly field: OptionField;
  readonly value: unknown;
  /** Names that a group may hold. */
  readonly ingredients: readonly string[];
  readonly errors: FieldErrors;
  readonly disabled: boolean;
  readonly onChange: (value: Readonly<Record<string, readonly string[]>> | undefined) => void;
}

/** Groups of ingredients, each by a name of its own. */
export function GroupsField({ field, value, ingredients, errors, disabled, onChange }: GroupsFieldProps) {
  const heading = useId();
  const groups = groupsOf(value);
  const put = (index: number, group: Group): void =>
    onChange(Object.fromEntries(groups.map((old, place) => (place === index ? group : old))));
  const message = errors.at(field.name);
  return (
    <fieldset className={`${classes.group} ${classes.wide}`} aria-labelledby={heading}>
      <Input.Label id={heading} component="div" required={field.required}>
        {field.label}
      </Input.Label>
      <div className={classes.rows}>
        {groups.map(([name, members], index) => (
          // Groups have no identity but their place: the name is what is typed.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <div key={index} className={classes.row}>
            <NameInput
              label={`Name of group ${index + 1}`}
              name={name}
              taken={groups.filter((_, place) => place !== index).map(([other]) => other)}
              disabled={disabled}
              onChange={(next) => put(index, [next, members])}
            />
            <MultiSelect
              size="xs"
              aria-label={`Members of group ${index + 1}`}
              placeholder={members.length === 0 ? 'choose ingredients' : ''}
              data={[...new Set([...ingredients, ...members])]}
              value={[...members]}
              error={errors.within(`${field.name}.${name}`)}
              disabled={disabled}
              onChange={(next) => put(index, [name, next])}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove group ${index + 1}`}
              disabled={disabled}
              onClick={() => {
                const left = groups.filter((_, place) => place !== index);
                onChange(left.length === 0 ? undefined : Object.fromEntries(left));
              }}
            >
              <IconX size={14} />
            </ActionIcon>
          </div>
        ))}
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconPlus size={12} />}
          disabled={disabled}
          onClick={() =>
            onChange(Object.fromEntries([...groups, [freeName(groups), freeMembers(groups, ingredients)]]))
          }
        >
          Add a group
        </Button>
      </div>
      <Input.Description mt={5}>{field.description}.</Input.Description>
      {message !== undefined && <Input.Error mt={5}>{message}</Input.Error>}
    </fieldset>
  );
}

type Group = readonly [name: string, members: readonly string[]];

interface NameInputProps {
  readonly label: string;
  readonly name: string;
  readonly taken: readonly string[];
  readonly disabled: boolean;
  readonly onChange: (name: string) => void;
}

/** A name that another group has, or none, stays as it is typed and is not written down. */
function NameInput({ label, name, taken, disabled, onChange }: NameInputProps) {
  const [typed, setTyped] = useState(name);
  const wrong =
    typed === '' ? 'A group needs a name' : taken.includes(typed) ? 'Another group is called so' : undefined;
  const isCurrent = wrong !== undefined || typed === name;
  return (
    <TextInput
      size="xs"
      aria-label={label}
      value={isCurrent ? typed : name}
      error={isCurrent ? wrong : undefined}
      disabled={disabled}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value);
        if (value !== '' && !taken.includes(value)) onChange(value);
      }}
    />
  );
}

function groupsOf(value: unknown): readonly Group[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).map(([name, members]) => [name, Array.isArray(members) ? members.map(String) : []]);
}

function freeName(groups: readonly Group[]): string {
  let n = groups.length + 1;
  while (groups.some(([name]) => name === `group-${n}`)) n++;
  return `group-${n}`;
}

/** Those in no group yet, or else the first one: a group may not be empty. */
function freeMembers(groups: readonly Group[], ingredients: readonly string[]): readonly string[] {
  const taken = new Set(groups.flatMap(([, members]) => members));
  const free = ingredients.filter((name) => !taken.has(name));
  return free.length > 0 ? free : ingredients.slice(0, 1);
}
