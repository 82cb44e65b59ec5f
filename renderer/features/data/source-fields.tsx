import type { SourceKind } from '../../../preload/contract/datasets.ts';
import { FileField } from '../../components/file-field.tsx';
import { fieldErrors } from '../kitchen/field-errors.ts';
import { optionFields } from '../kitchen/option-fields.ts';
import { OptionsForm } from '../kitchen/options-form.tsx';
import { isOwnOption } from './source-draft.ts';

interface SourceFieldsProps {
  readonly kind: SourceKind;
  readonly values: Readonly<Record<string, unknown>>;
  readonly onChange: (values: Readonly<Record<string, unknown>>) => void;
}

const ANY_FILE = { kind: 'file', accepts: () => true, filters: [] } as const;
const NO_ERRORS = fieldErrors(new Map());

/** The options that a format has of its own, from its schema; texts are paths of files. */
export function SourceFields({ kind, values, onChange }: SourceFieldsProps) {
  const fields = optionFields(kind.schema).filter(({ name }) => isOwnOption(name));
  const paths = fields.filter((field) => field.kind === 'text');
  const others = fields.filter((field) => field.kind !== 'text');
  const set = (name: string, value: unknown): void => onChange({ ...values, [name]: value });
  return (
    <>
      {paths.map((field) => (
        <FileField
          key={field.name}
          label={field.label}
          description={field.description}
          placeholder="/path/to/file"
          required={field.required}
          wanted={ANY_FILE}
          value={String(values[field.name] ?? '')}
          onChange={(path) => set(field.name, path)}
        />
      ))}
      {others.length > 0 && (
        <OptionsForm
          fields={others}
          values={values}
          errors={NO_ERRORS}
          disabled={false}
          onChange={([name], value) => set(String(name), value)}
        />
      )}
    </>
  );
}
