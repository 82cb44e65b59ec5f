import { Button, Card, Group, Loader, Table, Text, Title } from '@mantine/core';
import { IconGauge } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Device } from '../../../preload/contract/system.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartData } from '../../charts/chart-data.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { client, service } from '../../lib/service.ts';

const RUNTIMES = { onnx: 'ONNX Runtime', tfjs: 'TensorFlow.js' } as const;

/** Which devices work here, each found out by using it, and how fast they are. */
export function DevicesPanel() {
  const queries = useQueryClient();
  const options = service.system.devices.queryOptions({ input: {}, staleTime: Number.POSITIVE_INFINITY });
  const devices = useQuery(options);
  const measure = useMutation({
    mutationFn: () => client.system.devices({ benchmark: true }),
    onSuccess: (measured) => queries.setQueryData(options.queryKey, measured),
  });
  return (
    <Card withBorder component="section" id="devices" aria-label="Devices">
      <Group justify="space-between" mb="xs">
        <div>
          <Title order={2}>Devices</Title>
          <Text size="sm" c="dimmed">
            Each was opened to see whether it works.
          </Text>
        </div>
        <Button
          variant="default"
          leftSection={<IconGauge size={16} />}
          loading={measure.isPending}
          onClick={() => measure.mutate()}
        >
          Measure speed
        </Button>
      </Group>
      {measure.isError && <ErrorState error={errorFactsOf(measure.error)} />}
      {devices.isPending ? (
        <Group gap="xs" role="status" py="xs">
          <Loader size="xs" />
          <Text size="sm">Opening each of them, which takes a few seconds…</Text>
        </Group>
      ) : (
        <QueryState query={devices} what="devices">
          {(found) => (
            <>
              <DevicesTable devices={found} />
              <SpeedChart devices={found} />
            </>
          )}
        </QueryState>
      )}
    </Card>
  );
}

function DevicesTable({ devices }: { readonly devices: readonly Device[] }) {
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table aria-label="Devices" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Runtime</Table.Th>
            <Table.Th>Device</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>Trains</Table.Th>
            <Table.Th>Details</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {devices.map((device) => (
            <Table.Tr key={`${device.runtime} ${device.device}`}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>{RUNTIMES[device.runtime]}</Table.Td>
              <Table.Td>{device.device}</Table.Td>
              <Table.Td>
                <StatusBadge color={device.usable ? 'teal' : 'gray'}>
                  {device.usable ? 'works' : 'not available'}
                </StatusBadge>
              </Table.Td>
              <Table.Td>{trainingText(device)}</Table.Td>
              <Table.Td>
                <Text size="sm" c="dimmed">
                  {device.explanation}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** What does not work here trains nothing, whatever it could do elsewhere. */
function trainingText({ usable, trains }: Device): string {
  return usable && trains ? 'yes' : 'no';
}

function SpeedChart({ devices }: { readonly devices: readonly Device[] }) {
  const measured = devices.filter((device) => device.imagesPerSecond !== undefined);
  if (measured.length === 0) return null;
  const data: ChartData = {
    title: 'Forward passes',
    kind: 'horizontal-bars',
    x: { title: 'Speed', unit: 'images/s', format: '.3~s' },
    y: { title: 'Device' },
    series: measured.map(({ runtime, device, imagesPerSecond = 0 }, ordinal) => ({
      subject: { kind: 'other', label: `${RUNTIMES[runtime]}, ${device}`, ordinal },
      points: [{ x: `${RUNTIMES[runtime]}, ${device}`, y: imagesPerSecond }],
    })),
  };
  return <Chart data={data} height={90 + 48 * measured.length} />;
}
