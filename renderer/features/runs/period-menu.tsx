import { Button, Menu } from '@mantine/core';
import { IconCalendar, IconCheck } from '@tabler/icons-react';
import { PERIODS, periodOf, withPeriod } from './period.ts';

interface PeriodMenuProps {
  readonly filter: string;
  readonly onChange: (filter: string) => void;
}

/** When runs were ordered: last week's are two clicks away. It writes into the filter, where it can be read and refined. */
export function PeriodMenu({ filter, onChange }: PeriodMenuProps) {
  const period = periodOf(filter);
  const title = PERIODS.find(({ written }) => written === period)?.title ?? 'Any time';
  const choices = [{ written: undefined, title: 'Any time' }, ...PERIODS];
  return (
    <Menu position="bottom-end" width={170} shadow="md">
      <Menu.Target>
        <Button variant="default" px="sm" leftSection={<IconCalendar size={16} />} aria-label={`When: ${title}`}>
          {title}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.map((choice) => (
          <Menu.Item
            key={choice.title}
            rightSection={choice.written === period ? <IconCheck size={15} aria-hidden /> : undefined}
            onClick={() => onChange(withPeriod(filter, choice.written))}
          >
            {choice.title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
