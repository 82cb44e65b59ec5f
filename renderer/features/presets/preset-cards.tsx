import { ActionIcon, Button, FileButton, Group, Menu, Text, UnstyledButton } from '@mantine/core';
import { IconBookmark, IconDots } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RecipeCard } from '../../../preload/contract/kitchen.ts';
import type { Preset } from '../../../preload/contract/presets.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { tellWithUndo } from '../../components/tell.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { saveText } from '../../lib/save-file.ts';
import { service } from '../../lib/service.ts';
import { NameDialog, type Naming } from './name-dialog.tsx';
import classes from './presets.module.css';

interface PresetCardsProps {
  readonly recipes: readonly RecipeCard[];
  /** The recipe file at hand, from which a preset is made. */
  readonly text: string;
  /** Words that a preset has to say. */
  readonly wanted: string;
  readonly disabled: boolean;
  readonly onApply: (preset: Preset) => void;
}

/** Recipes with options and scope that the user keeps: to be taken, made, renamed, deleted, and carried elsewhere as files. */
export function PresetCards({ recipes, text, wanted, disabled, onApply }: PresetCardsProps) {
  const queries = useQueryClient();
  const { data: presets = [] } = useQuery(service.presets.list.queryOptions());
  const [naming, setNaming] = useState<Naming>();
  const shared = { onSuccess: () => queries.invalidateQueries({ queryKey: service.presets.key() }) };
  const save = useMutation(service.presets.save.mutationOptions(shared));
  const remove = useMutation(service.presets.remove.mutationOptions(shared));
  const failure = save.error ?? remove.error;
  const titleOf = ({ recipe }: Preset): string => recipes.find(({ name }) => name === recipe)?.title ?? recipe;
  const words = wanted.toLowerCase().split(/\s+/);
  const shown = presets.filter((preset) =>
    words.every((word) => `${preset.name} ${titleOf(preset)} ${preset.text}`.toLowerCase().includes(word)),
  );
  return (
    <section aria-label="Your presets" className={classes.section}>
      <Group justify="space-between" gap="xs">
        <h3 className={classes.title}>Your presets</h3>
        <Group gap={4}>
          <Button
            size="compact-sm"
            variant="subtle"
            disabled={disabled}
            onClick={() => setNaming({ kind: 'new', text, name: '' })}
          >
            Save as preset…
          </Button>
          <FileButton
            accept=".yml,.yaml"
            onChange={async (file) => {
              if (file !== null) setNaming({ kind: 'new', text: await file.text(), name: stemOf(file.name) });
            }}
          >
            {(props) => (
              <Button size="compact-sm" variant="subtle" {...props}>
                From a file…
              </Button>
            )}
          </FileButton>
        </Group>
      </Group>
      {shown.length > 0 && (
        <ul className={classes.list}>
          {shown.map((preset) => (
            <li key={preset.id} className={classes.item}>
              <UnstyledButton className={classes.apply} disabled={disabled} onClick={() => onApply(preset)}>
                <IconBookmark size={16} aria-hidden />
                <span className={classes.facts}>
                  <span className={classes.name}>{preset.name}</span>
                  <span className={classes.recipe}>{summaryOf(titleOf(preset), preset)}</span>
                </span>
              </UnstyledButton>
              <Menu position="bottom-end" shadow="md">
                <Menu.Target>
                  <ActionIcon variant="subtle" color="gray" aria-label={`More of the preset ${preset.name}`}>
                    <IconDots size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => setNaming({ kind: 'rename', preset })}>Rename…</Menu.Item>
                  <Menu.Item onClick={() => saveText(`${preset.name}.yml`, 'application/yaml', preset.text)}>
                    Save as a recipe file
                  </Menu.Item>
                  <Menu.Item
                    onClick={() => {
                      remove.mutate({ id: preset.id });
                      tellWithUndo(`The preset “${preset.name}” is deleted`, () =>
                        save.mutate({ name: preset.name, text: preset.text }),
                      );
                    }}
                  >
                    Delete
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            </li>
          ))}
        </ul>
      )}
      {presets.length === 0 && (
        <Text size="xs" c="dimmed">
          Recipe, options and scope under a name of yours, for every project.
        </Text>
      )}
      {failure !== null && <ErrorState error={errorFactsOf(failure)} />}
      {naming !== undefined && (
        <NameDialog naming={naming} taken={presets.map(({ name }) => name)} onClose={() => setNaming(undefined)} />
      )}
    </section>
  );
}

/** `TIES: base: tuned, density: 0.4` */
function summaryOf(title: string, { text }: Preset): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s*#|^(recipe|options|scope):/.test(line));
  const said = lines.map((line) => line.trim().replace(/^- /, '')).join(', ');
  return said === '' ? title : `${title}: ${said}`;
}

function stemOf(name: string): string {
  return name.replace(/\.ya?ml$/i, '');
}
