import { Group, Text } from '@mantine/core';
import type { CookEstimate } from '../../../preload/contract/kitchen.ts';
import { formatBytes, formatCount, formatNumberOf, formatSeconds } from '../../lib/format.ts';

/** What cooking would cost, before it is begun. */
export function EstimatePanel({ estimate }: { readonly estimate: CookEstimate | null }) {
  if (estimate === null) {
    return (
      <Text size="sm" c="dimmed">
        What it will cost is told as soon as the recipe can be cooked.
      </Text>
    );
  }
  const { passes, seconds, memoryBytes, engines } = estimate;
  return (
    <>
      <Group gap="lg" wrap="nowrap" align="flex-start" component="dl" my={0} aria-label="What it will cost">
        <Fact name="Forward passes">{rangeOf(passes.least, passes.most, formatCount)}</Fact>
        <Fact name="Time">
          {seconds === null ? 'not timed yet' : `about ${rangeOf(seconds.least, seconds.most, formatSeconds)}`}
        </Fact>
        <Fact name="Memory">up to {formatBytes(memoryBytes)}</Fact>
      </Group>
      <Text size="xs" c="dimmed" mt={6}>
        {passes.known > 0 && `${formatNumberOf(passes.known, 'pass', 'passes')} already known and left out. `}A pass is
        one network over one split; {formatNumberOf(engines, 'engine')} share them.
      </Text>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <Text component="dt" size="xs" c="dimmed">
        {name}
      </Text>
      <Text component="dd" m={0} fw={600} className="numeric">
        {children}
      </Text>
    </div>
  );
}

function rangeOf(least: number, most: number, format: (value: number) => string): string {
  const [low, high] = [format(least), format(most)];
  return low === high ? low : `${low} – ${high}`;
}
