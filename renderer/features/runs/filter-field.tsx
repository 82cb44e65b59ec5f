import { Anchor, Code, List, Popover, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconFilter, IconHelp, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { ApiErrorFacts } from '../../../preload/contract/base.ts';
import classes from './runs.module.css';

/** Milliseconds after a letter, so that a filter that is still being written is not asked for. */
const PAUSE = 30;

const EXAMPLES = [
  ['greedy', 'somewhere in recipe, outcome, notes or tags'],
  ['recipe = greedy and clean > 98%', 'accuracy on the set named clean'],
  ['lead.clean > 0.2pp', 'ahead of the best ingredient by 0.2 points'],
  ['tag:paper or created > 7d', 'tagged, or from the last seven days'],
  ['seed in (1, 2), not status = failed', 'a comma is an “and”'],
  ['temperature is not empty', 'the recipe has this option'],
] as const;

interface FilterFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: ApiErrorFacts | undefined;
}

/** An expression that runs have to fulfil; what is wrong with it is said below it, with the place. */
export function FilterField({ value, onChange, error }: FilterFieldProps) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  // The address answers late: what it says of this field's own words must not undo those written since.
  useEffect(() => {
    if (value !== sent.current) setText(value);
    sent.current = value;
  }, [value]);
  const later = useDebouncedCallback((next: string) => {
    sent.current = next;
    onChange(next);
  }, PAUSE);
  const change = (next: string): void => {
    setText(next);
    later(next);
  };
  return (
    <TextInput
      className={classes.where}
      flex={1}
      miw={260}
      aria-label="Filter runs"
      data-search
      placeholder="recipe = greedy and clean > 98% and tag:paper"
      leftSection={<IconFilter size={16} aria-hidden />}
      rightSectionWidth={text === '' ? 34 : 58}
      rightSection={
        <>
          {text !== '' && (
            <UnstyledButton aria-label="Clear the filter" p={4} onClick={() => change('')}>
              <IconX size={15} style={{ display: 'block' }} />
            </UnstyledButton>
          )}
          <Help onChoose={change} />
        </>
      }
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      error={
        error && (
          <>
            {error.what}
            {error.where !== undefined && (
              <>
                {': '}
                <span style={{ fontFamily: 'var(--mantine-font-family-monospace)' }}>{error.where}</span>
              </>
            )}
            {error.remedy !== undefined && <Text span inherit c="dimmed">{` ${error.remedy}`}</Text>}
          </>
        )
      }
    />
  );
}

function Help({ onChoose }: { readonly onChoose: (text: string) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={440} shadow="md" trapFocus>
      <Popover.Target>
        <UnstyledButton aria-label="How to write a filter" p={4} onClick={() => setOpen(!open)}>
          <IconHelp size={16} style={{ display: 'block' }} />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" mb="xs">
          A column, a comparison (<Code>= != &lt; &lt;= &gt; &gt;= ~ in is</Code>) and a value; joined by{' '}
          <Code>and</Code>, <Code>or</Code>, <Code>not</Code> and brackets. <Code>~</Code> finds a part of a text. For
          example:
        </Text>
        <List size="sm" spacing={4} listStyleType="none">
          {EXAMPLES.map(([example, meaning]) => (
            <List.Item key={example}>
              <Anchor
                component="button"
                size="sm"
                ff="monospace"
                onClick={() => {
                  setOpen(false);
                  onChoose(example);
                }}
              >
                {example}
              </Anchor>
              <Text size="xs" c="dimmed">
                {meaning}
              </Text>
            </List.Item>
          ))}
        </List>
      </Popover.Dropdown>
    </Popover>
  );
}
