import { Button, CopyButton, Group, Table, Title } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react';
import type { RunDetails } from '../../../preload/contract/runs.ts';
import { saveText } from '../../lib/save-file.ts';
import { CodeBlock } from './code-block.tsx';

/** The recipe with its options, and its file, ready to be taken along. */
export function RecipeOfRun({ run }: { readonly run: RunDetails }) {
  const options = Object.entries((run.options ?? {}) as Readonly<Record<string, unknown>>);
  const settings: readonly (readonly [string, string])[] = [
    ['Recipe', run.recipe],
    ...options.map(
      ([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)] as const,
    ),
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
      <Group align="flex-start" gap="xl" wrap="wrap">
        <Table aria-label="Options" w={320} verticalSpacing={6} withRowBorders={false}>
          <Table.Tbody>
            {settings.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Td c="dimmed" pl={0}>
                  {name}
                </Table.Td>
                <Table.Td className="numeric">{value}</Table.Td>
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
