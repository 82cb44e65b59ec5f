import { Alert, Button, Code, Group, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ApiErrorFacts } from '../../preload/contract/base.ts';

/** What went wrong, where, and what to do about it. */
export function ErrorState({ error, retry }: { readonly error: ApiErrorFacts; readonly retry?: () => void }) {
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={error.what} role="alert" my="md">
      <Stack gap="xs">
        {error.where !== undefined && <Code style={{ overflowWrap: 'anywhere' }}>{error.where}</Code>}
        {error.details !== undefined && error.details.length > 0 && (
          <List size="sm">
            {error.details.map((detail) => (
              <List.Item key={detail}>{detail}</List.Item>
            ))}
          </List>
        )}
        {error.remedy !== undefined && <Text size="sm">{error.remedy}</Text>}
        {retry !== undefined && (
          <Group>
            <Button size="xs" variant="default" onClick={retry}>
              Try again
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}
