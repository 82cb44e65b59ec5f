import { List, Stack, Text } from '@mantine/core';
import { HELP_TOPICS, type HelpName } from './topics.ts';

/** A topic as it is read: what it is, and where that comes from. */
export default function HelpText({ topic }: { readonly topic: HelpName }) {
  const { title, text, sources } = HELP_TOPICS[topic];
  return (
    <Stack gap="xs">
      <Text fw={600}>{title}</Text>
      {text.map((paragraph) => (
        <Text key={paragraph} size="sm">
          {paragraph}
        </Text>
      ))}
      <div>
        <Text size="xs" fw={600} c="dimmed">
          {sources.length === 1 ? 'Source' : 'Sources'}
        </Text>
        <List size="xs" c="dimmed" spacing={2}>
          {sources.map((source) => (
            <List.Item key={source}>{source}</List.Item>
          ))}
        </List>
      </div>
    </Stack>
  );
}
