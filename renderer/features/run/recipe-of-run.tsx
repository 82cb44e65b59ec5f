import { Button, CopyButton, Group, Table, Title } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { RunDetails } from '../../../preload/contract/runs.ts';
import { saveText } from '../../lib/save-file.ts';
import { service } from '../../lib/service.ts';
import { CodeBlock } from './code-block.tsx';
import { RecipeSteps } from './recipe-steps.tsx';

/** The recipe with its options, and its file, ready to be taken along. */
export function RecipeOfRun({ run }: { readonly run: RunDetails }) {
  const recipes = useQuery({ ...service.kitchen.recipes.queryOptions(), staleTime: Number.POSITIVE_INFINITY });
  const cards = [...(recipes.data?.steps ?? []), ...(recipes.data?.recipes ?? [])];
  const settings: readonly (readonly [string, string])[] = [
    ['Recipe', run.recipe],
    ...run.settings.map(({ name, value }) => [name, value] as const),
    ['Seed', String(run.seed)],
    ['Sums in', run.accumulate],
    ['Written as', run.dtype === 'keep' ? 'in the ingredients' : run.dtype],
  ];
  return (
    <section aria-labelledby="recipe">
      <Group justify="space-between" mb="xs">
        <Title order={2} id="recipe">
          Recipe
        </Title>
        <Group gap="xs">
          <CopyButton value={run.recipeFile}>
            {({ copied, copy }) => (
              <Button
                size="xs"
                variant="default"
                leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
                onClick={copy}
              >
                {copied ? 'Copied' : 'Copy'}
              </Button>
            )}
          </CopyButton>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={15} />}
            onClick={() => saveText(`run-${run.id}-recipe.yml`, 'application/yaml', run.recipeFile)}
          >
            YAML
          </Button>
        </Group>
      </Group>
      {run.steps.length > 0 && <RecipeSteps steps={run.steps} cards={cards} />}
      <Group align="flex-start" gap="xl" wrap="wrap">
        <Table aria-label="Options" w={320} verticalSpacing={6} withRowBorders={false}>
          <Table.Tbody>
            {settings.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Td c="dimmed" pl={0} style={{ whiteSpace: 'nowrap', verticalAlign: 'top' }}>
                  {name}
                </Table.Td>
                <Table.Td className="numeric" style={{ overflowWrap: 'anywhere' }}>
                  {value}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <div style={{ flex: '1 1 24rem', minWidth: 0 }}>
          <CodeBlock text={run.recipeFile} label="Recipe file" />
        </div>
      </Group>
    </section>
  );
}
