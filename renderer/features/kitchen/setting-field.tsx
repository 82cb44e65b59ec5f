import { Input } from '@mantine/core';
import { useId } from 'react';
import type { FieldErrors } from './field-errors.ts';
import type { OptionField } from './option-fields.ts';
import classes from './options.module.css';
import { FilterRows, ValueInput } from './setting-input.tsx';
import { type Conditional, type Variation, variationOf, variedAs } from './setting-text.ts';

interface SettingFieldProps {
  readonly field: OptionField;
  readonly value: unknown;
  readonly errors: FieldErrors;
  readonly disabled: boolean;
  readonly onChange: (value: unknown) => void;
  /** The field of a value that is the same for all tensors. */
  readonly children: React.ReactNode;
}

/** An option that may be the same for all tensors or differ: over the depth, or by their names. */
export function SettingField({ field, value, errors, disabled, onChange, children }: SettingFieldProps) {
  const heading = useId();
  const variation = variationOf(value);
  return (
    <div className={classes.setting}>
      <select
        className={classes.variation}
        aria-label={`How ${field.label} varies`}
        value={variation}
        disabled={disabled}
        onChange={(event) => onChange(variedAs(value, event.currentTarget.value as Variation, field))}
      >
        <option value="same">same for all</option>
        <option value="depth">over the depth</option>
        <option value="name">by tensor name</option>
      </select>
      {variation === 'same' ? (
        children
      ) : (
        <fieldset className={classes.group} aria-labelledby={heading}>
          <Input.Label id={heading} component="div">
            {field.label}
          </Input.Label>
          {variation === 'depth' ? (
            <ValueInput
              label={field.label}
              kind={field.kind}
              value={value}
              error={errors.within(field.name)}
              disabled={disabled}
              onChange={(next) => onChange(next === undefined || Array.isArray(next) ? next : [next])}
            />
          ) : (
            <FilterRows
              label={field.label}
              kind={field.kind}
              rows={value as readonly Conditional[]}
              errorAt={(place) => errors.within(`${field.name}.${place}`)}
              disabled={disabled}
              onChange={onChange}
            />
          )}
          <Input.Description mt={5}>
            {field.description}.{' '}
            {variation === 'depth'
              ? 'From the first block of the network to its last, spread evenly.'
              : 'The first filter that is part of a tensor’s name counts.'}
          </Input.Description>
          {variation === 'name' && errors.at(field.name) !== undefined && (
            <Input.Error mt={5}>{errors.at(field.name)}</Input.Error>
          )}
        </fieldset>
      )}
    </div>
  );
}
