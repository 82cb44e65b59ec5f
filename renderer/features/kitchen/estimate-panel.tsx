import { Group, Text } from '@mantine/core';
import type { CookEstimate } from '../../../preload/contract/kitchen.ts';
import { HelpButton } from '../../components/help/help-button.tsx';
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
  const { passes, memoryBytes, engines } = estimate;
  return (
    <>
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <Group gap="xl" align="flex-start" component="dl" my={0} aria-label="What it will cost">
          <Fact name="Forward passes">{rangeOf(passes.least, passes.most, formatCount)}</Fact>
          <Fact name="Time, about">{timeOf(estimate)}</Fact>
          <Fact name="Memory, at most">{formatBytes(memoryBytes)}</Fact>
        </Group>
        <HelpButton topic="cost" label="Help: what cooking costs" />
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
      <Text component="dd" m={0} fw={600} className="numeric" style={{ whiteSpace: 'nowrap' }}>
        {children}
      </Text>
    </div>
  );
}

/** Where no network is run, what remains is mixing, which no run has timed by itself. */
function timeOf({ passes, seconds }: CookEstimate): string {
  if (passes.most === 0) return 'mixing alone';
  return seconds === null ? 'not timed yet' : rangeOf(seconds.least, seconds.most, formatSeconds);
}

/** `1.9 – 2.4 s`: what both ends are counted in stands once. */
function rangeOf(least: number, most: number, format: (value: number) => string): string {
  const [low, high] = [format(least), format(most)];
  if (low === high) return low;
  const unit = / [a-z]+$/i.exec(high)?.[0] ?? '';
  const isShared = unit !== '' && low.endsWith(unit) && low.split(' ').length === 2 && high.split(' ').length === 2;
  return `${isShared ? low.slice(0, -unit.length) : low} – ${high}`;
}
