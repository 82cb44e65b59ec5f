import { Badge, Table, Text, Tooltip } from '@mantine/core';
import { IconCarrot } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { IngredientRow } from '../../../preload/contract/ingredients.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';

export function IngredientsTable({ projectId }: { readonly projectId: number }) {
  const query = useQuery(service.ingredients.list.queryOptions({ input: { projectId } }));
  return (
    <QueryState query={query} what="ingredients">
      {(ingredients) =>
        ingredients.length === 0 ? (
          <EmptyState compact icon={<IconCarrot />} title="No ingredients yet">
            Ingredients are checkpoints of one architecture. Cooking a recipe file with “stockpot cook” brings them in.
          </EmptyState>
        ) : (
          <Table.ScrollContainer minWidth={640}>
            <Table aria-label="Ingredients" verticalSpacing="xs">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>Architecture</Table.Th>
                  <Table.Th ta="right">Parameters</Table.Th>
                  <Table.Th ta="right">Size</Table.Th>
                  <Table.Th>Origin</Table.Th>
                  <Table.Th>SHA-256</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {ingredients.map((ingredient) => (
                  <Row key={ingredient.id} ingredient={ingredient} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )
      }
    </QueryState>
  );
}

function Row({ ingredient }: { readonly ingredient: IngredientRow }) {
  return (
    <Table.Tr>
      <Table.Td fw={500}>
        <Tooltip label={ingredient.path}>
          <span>{ingredient.name}</span>
        </Tooltip>
        {ingredient.missing && (
          <Badge ml="xs" size="sm" variant="light" color="red" tt="none">
            file is gone
          </Badge>
        )}
      </Table.Td>
      <Table.Td>{ingredient.architecture}</Table.Td>
      <Table.Td ta="right" className="numeric">
        {formatCount(ingredient.parameterCount)}
      </Table.Td>
      <Table.Td ta="right" className="numeric">
        {formatBytes(ingredient.byteSize)}
      </Table.Td>
      <Table.Td>{ingredient.origin}</Table.Td>
      <Table.Td>
        <Text size="sm" ff="monospace" c="dimmed">
          {ingredient.sha256.slice(0, 12)}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
