import { Card, Progress, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { SystemOverview } from '../../../preload/contract/system.ts';
import { Page } from '../../components/page.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { formatBytes } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import { AppearanceCard } from './appearance-card.tsx';
import { BackupsCard } from './backups-card.tsx';
import { ClearCache } from './clear-cache.tsx';
import { DevicesPanel } from './devices-panel.tsx';
import { Licences } from './licences.tsx';
import { ShortcutsCard } from './shortcuts-card.tsx';

/** What Stockpot runs on, with and in. */
export function SettingsPage() {
  const overview = useQuery(service.system.overview.queryOptions());
  return (
    <Page help="settings" title="Settings" description="Appearance, devices, storage, backups and shortcuts.">
      <Stack gap="lg">
        <AppearanceCard />
        <DevicesPanel />
        <QueryState query={overview} what="storage and versions">
          {(facts) => (
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
              <StorageCard workspace={facts.workspace} />
              <BackupsCard />
              <ShortcutsCard />
              <AboutCard overview={facts} />
            </SimpleGrid>
          )}
        </QueryState>
      </Stack>
    </Page>
  );
}

function StorageCard({ workspace }: Pick<SystemOverview, 'workspace'>) {
  const used = workspace.diskTotalBytes - workspace.diskFreeBytes;
  return (
    <Card withBorder component="section" id="storage" aria-label="Storage">
      <Title order={2} mb={4}>
        Storage
      </Title>
      <Text size="sm" c="dimmed" mb="sm" style={{ overflowWrap: 'anywhere' }}>
        {workspace.folder}
      </Text>
      <Progress value={(100 * used) / workspace.diskTotalBytes} aria-label="Disk in use" size="sm" />
      <Text size="sm" c="dimmed" mt={6} mb="xs">
        {formatBytes(workspace.diskFreeBytes)} free of {formatBytes(workspace.diskTotalBytes)}
      </Text>
      <Facts
        rows={workspace.parts.map(({ name, bytes }) => [name, formatBytes(bytes)])}
        label="Kept in the workspace"
      />
      <ClearCache
        hasTrainings={workspace.parts.some(({ name, bytes }) => name === 'Unfinished trainings' && bytes > 0)}
      />
    </Card>
  );
}

function AboutCard({ overview: { versions, platform } }: { readonly overview: SystemOverview }) {
  return (
    <Card withBorder component="section" id="about" aria-label="About">
      <Title order={2} mb="sm">
        About
      </Title>
      <Facts
        label="Versions and machine"
        rows={[
          ...versions.map(({ name, version }): [string, string] => [name, version]),
          ['System', platform.system],
          ['Processor', `${platform.processor}, ${platform.cores} cores`],
          ['Memory', formatBytes(platform.memoryBytes)],
        ]}
      />
      <Licences />
    </Card>
  );
}

function Facts({ rows, label }: { readonly rows: readonly (readonly [string, string])[]; readonly label: string }) {
  return (
    <Table aria-label={label} verticalSpacing={6} horizontalSpacing={0} withRowBorders={false}>
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Td c="dimmed">{name}</Table.Td>
            <Table.Td ta="right" className="numeric">
              {value}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
