import { Anchor, Card, Progress, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { formatBytes } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';

/** Below this share of free space a full disk is near. */
const LITTLE_SPACE = 0.05;

/** Whether disk and devices are up to it, in a few lines. */
export function MachineCard() {
  const overview = useQuery(service.system.overview.queryOptions());
  const devices = useQuery(
    service.system.devices.queryOptions({
      input: {},
      staleTime: Number.POSITIVE_INFINITY,
      // Opening the devices takes seconds: what the page is about comes first.
      enabled: overview.isSuccess,
    }),
  );
  const usable = devices.data?.filter((device) => device.usable) ?? [];
  const named = (trains: boolean): string =>
    usable
      .filter((device) => (trains ? device.trains : device.runtime === 'onnx'))
      .map(({ device }) => device)
      .join(', ') || 'none';
  return (
    <Card withBorder component="section" aria-labelledby="machine">
      <Title order={2} id="machine" mb="sm">
        This machine
      </Title>
      <Stack gap={6}>
        {overview.data !== undefined && <Disk workspace={overview.data.workspace} />}
        <Text size="sm">
          <Text span c="dimmed">
            Evaluates on{' '}
          </Text>
          {devices.isPending ? '…' : named(false)}
        </Text>
        <Text size="sm">
          <Text span c="dimmed">
            Trains on{' '}
          </Text>
          {devices.isPending ? '…' : named(true)}
        </Text>
        <Anchor size="sm" renderRoot={(props) => <Link to="/settings" {...props} />}>
          Devices and storage
        </Anchor>
      </Stack>
    </Card>
  );
}

function Disk({
  workspace: { diskFreeBytes, diskTotalBytes, parts },
}: {
  readonly workspace: {
    readonly diskFreeBytes: number;
    readonly diskTotalBytes: number;
    readonly parts: readonly { readonly bytes: number }[];
  };
}) {
  const own = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const isFull = diskFreeBytes < LITTLE_SPACE * diskTotalBytes;
  return (
    <>
      <Progress
        size="sm"
        color={isFull ? 'red' : 'indigo'}
        value={100 * (1 - diskFreeBytes / diskTotalBytes)}
        aria-label="Disk in use"
      />
      <Text size="sm">
        {formatBytes(diskFreeBytes)} free
        <Text span c="dimmed">
          ; Stockpot keeps {formatBytes(own)}
        </Text>
      </Text>
      {isFull && (
        <Text size="sm" fw={500}>
          The disk is nearly full: a run that cannot write stops.
        </Text>
      )}
    </>
  );
}
