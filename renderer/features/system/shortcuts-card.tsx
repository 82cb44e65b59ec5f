import { Card, Title } from '@mantine/core';
import { ShortcutTable } from '../../components/shortcut-table.tsx';

export function ShortcutsCard() {
  return (
    <Card withBorder component="section" aria-label="Shortcuts">
      <Title order={2} mb="sm">
        Shortcuts
      </Title>
      <ShortcutTable />
    </Card>
  );
}
