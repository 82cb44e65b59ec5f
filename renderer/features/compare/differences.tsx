import { Table, Text } from '@mantine/core';
import type { CompareSubject } from '../../../preload/contract/compare.ts';
import { differingFacts } from './compared-values.ts';
import { SubjectMark } from './subject-mark.tsx';

/** Only what differs: recipe, options, hyper-parameters, ingredients. */
export function Differences({ subjects }: { readonly subjects: readonly CompareSubject[] }) {
  const facts = differingFacts(subjects);
  if (facts.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing: recipe, options and ingredients are all alike.
      </Text>
    );
  }
  return (
    <Table.ScrollContainer minWidth={200 + 150 * subjects.length} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-label="Only what differs" verticalSpacing={6} striped>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Setting</Table.Th>
            {subjects.map((subject) => (
              <Table.Th key={subject.ref}>
                <SubjectMark subject={subject} />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {facts.map(({ name, values }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={500}>
                {name}
              </Table.Th>
              {subjects.map(({ ref }, place) => (
                <Table.Td key={ref}>
                  {values[place] ?? (
                    <Text span inherit c="dimmed">
                      –
                    </Text>
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
