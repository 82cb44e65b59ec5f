import {
  Card,
  Group,
  type MantineColorScheme,
  SegmentedControl,
  Text,
  Title,
  useMantineColorScheme,
} from '@mantine/core';

const SCHEMES = [
  { value: 'light', label: 'Light' },
  { value: 'auto', label: 'As the system' },
  { value: 'dark', label: 'Dark' },
];

export function AppearanceCard() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Card withBorder component="section" aria-label="Appearance">
      <Group justify="space-between">
        <div>
          <Title order={2}>Appearance</Title>
          <Text size="sm" c="dimmed">
            Charts keep their colours in both: the same subject looks the same everywhere.
          </Text>
        </div>
        <SegmentedControl
          aria-label="Colours"
          data={SCHEMES}
          value={colorScheme}
          onChange={(value) => setColorScheme(value as MantineColorScheme)}
        />
      </Group>
    </Card>
  );
}
