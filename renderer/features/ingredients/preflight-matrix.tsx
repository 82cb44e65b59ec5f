import { Button, Group, Table, Text, Title } from '@mantine/core';
import { IconGridDots, IconTable } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { CellKind, Preflight } from '../../../preload/contract/ingredients.ts';
import classes from './ingredients.module.css';
import { type MatrixCell, matrixRows } from './matrix-rows.ts';

const KINDS: Readonly<Record<CellKind, { readonly mark: string; readonly title: string }>> = {
  same: { mark: '·', title: 'same' },
  precision: { mark: '≈', title: 'other precision, fits' },
  renamed: { mark: '→', title: 'renamed' },
  proposed: { mark: '?', title: 'perhaps under another name' },
  missing: { mark: '−', title: 'missing' },
  extra: { mark: '+', title: 'extra' },
  shape: { mark: '≠', title: 'other shape' },
  type: { mark: 'T', title: 'other type' },
  absent: { mark: '', title: 'not there, not needed' },
  unreadable: { mark: '×', title: 'cannot be read' },
};

/** Files as columns, tensors or blocks of them as rows: what is the same and what is not, at one look. */
export function PreflightMatrix({ preflight }: { readonly preflight: Preflight }) {
  const [asList, setAsList] = useState(false);
  const heading = useId();
  const rows = matrixRows(preflight);
  const shown = new Set(rows.flatMap(({ cells }) => cells.map(({ kind }) => kind)));
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby={heading}>
      <Group justify="space-between" mb={4}>
        <Title order={3} size="h5" id={heading}>
          Tensors by checkpoint
        </Title>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={asList ? <IconGridDots size={15} /> : <IconTable size={15} />}
          onClick={() => setAsList(!asList)}
        >
          {asList ? 'Picture' : 'Differences as a table'}
        </Button>
      </Group>
      {asList ? <DifferenceTable preflight={preflight} /> : <Picture preflight={preflight} heading={heading} />}
      <Group gap="md" mt={6} aria-label="Legend">
        {(Object.keys(KINDS) as CellKind[])
          .filter((kind) => shown.has(kind) && kind !== 'absent')
          .map((kind) => (
            <Group key={kind} gap={6}>
              <span className={classes.cell} data-kind={kind} aria-hidden>
                {KINDS[kind].mark}
              </span>
              <Text size="xs">{KINDS[kind].title}</Text>
            </Group>
          ))}
      </Group>
    </section>
  );
}

function Picture({ preflight, heading }: { readonly preflight: Preflight; readonly heading: string }) {
  const rows = matrixRows(preflight);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.matrixFrame} tabIndex={0} aria-label="Picture of the tensors">
      <table className={classes.matrix} aria-labelledby={heading}>
        <thead>
          <tr>
            <th scope="col">Tensor</th>
            {preflight.files.map(({ path, name }) => (
              <th scope="col" key={path} title={path}>
                <span>{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row" title={row.tensorCount > 1 ? `${row.tensorCount} tensors` : row.name}>
                {row.name}
              </th>
              {row.cells.map((cell, index) => (
                <td key={preflight.files[index]!.path}>
                  <span
                    className={classes.cell}
                    data-kind={cell.kind}
                    role="img"
                    aria-label={textOf(cell, row.tensorCount)}
                    title={`${row.name} in ${preflight.files[index]!.name}: ${textOf(cell, row.tensorCount)}`}
                  >
                    {KINDS[cell.kind].mark}
                  </span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function textOf({ kind, count }: MatrixCell, tensorCount: number): string {
  return tensorCount === 1 || count === tensorCount
    ? KINDS[kind].title
    : `${count} of ${tensorCount} ${KINDS[kind].title}`;
}

const MOST_LISTED = 500;

function DifferenceTable({ preflight: { tensors, files } }: { readonly preflight: Preflight }) {
  const lines = files.flatMap(({ path, name, cells }) =>
    cells.flatMap((kind, index) =>
      kind === 'same' || kind === 'absent' ? [] : [{ path, file: name, kind, tensor: tensors[index]! }],
    ),
  );
  if (lines.length === 0) return <Text size="sm">No differences: all hold the same tensors.</Text>;
  return (
    <Table.ScrollContainer minWidth={480} maxHeight="30vh">
      <Table aria-label="Differences" stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Checkpoint</Table.Th>
            <Table.Th>Tensor</Table.Th>
            <Table.Th>Finding</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.slice(0, MOST_LISTED).map(({ path, file, kind, tensor }) => (
            <Table.Tr key={`${path} ${tensor.name}`}>
              <Table.Td>{file}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {tensor.name} {tensor.dtype} [{tensor.shape.join(', ')}]
              </Table.Td>
              <Table.Td>{KINDS[kind].title}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {lines.length > MOST_LISTED && <Text size="sm">and {lines.length - MOST_LISTED} more</Text>}
    </Table.ScrollContainer>
  );
}
