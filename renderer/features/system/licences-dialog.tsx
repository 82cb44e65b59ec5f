import licences from 'virtual:third-party-licences';
import { Modal, ScrollArea, Table, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { formatNumberOf } from '../../lib/format.ts';

/** Every package by name; its licence's text under it on request. */
export default function LicencesDialog({ onClose }: { readonly onClose: () => void }) {
  const [shown, setShown] = useState<string>();
  return (
    <Modal opened onClose={onClose} title="Third-party licences" size="xl">
      <Text size="sm" c="dimmed" mb="sm">
        {formatNumberOf(licences.packages.length, 'package')}, in the versions that this Stockpot was built with.
        Electron and Chromium bring theirs beside the application (LICENSE.electron.txt, LICENSES.chromium.html).
      </Text>
      <Table aria-label="Packages" verticalSpacing={4} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Package</Table.Th>
            <Table.Th w={110}>Version</Table.Th>
            <Table.Th w={190}>Licence</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {licences.packages.flatMap(({ name, version, licence, text }) => {
            const key = `${name} ${version}`;
            const isShown = shown === key;
            return [
              <Table.Tr key={key}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{name}</Table.Td>
                <Table.Td className="numeric">{version}</Table.Td>
                <Table.Td>
                  {text === null ? (
                    licence
                  ) : (
                    <UnstyledButton
                      fz="sm"
                      td="underline"
                      aria-expanded={isShown}
                      aria-label={`${licence}, text of ${name}`}
                      onClick={() => setShown(isShown ? undefined : key)}
                    >
                      {licence}
                    </UnstyledButton>
                  )}
                </Table.Td>
              </Table.Tr>,
              ...(isShown && text !== null
                ? [
                    <Table.Tr key={`${key} text`}>
                      <Table.Td colSpan={3}>
                        <ScrollArea.Autosize
                          mah={260}
                          viewportProps={{ tabIndex: 0, 'aria-label': `Licence of ${name}` }}
                        >
                          <Text size="xs" style={{ whiteSpace: 'pre-wrap' }}>
                            {licences.texts[text]}
                          </Text>
                        </ScrollArea.Autosize>
                      </Table.Td>
                    </Table.Tr>,
                  ]
                : []),
            ];
          })}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
