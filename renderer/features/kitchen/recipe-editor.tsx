import { Group, Text, Title, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useId, useRef } from 'react';
import classes from './kitchen.module.css';
import type { Finding } from './recipe-text.ts';

interface RecipeEditorProps {
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly checking: boolean;
  readonly onChange: (text: string) => void;
}

/** The recipe file behind the form, to be written by hand as well. */
export function RecipeEditor({ text, findings, checking, onChange }: RecipeEditorProps) {
  const heading = useId();
  const list = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const lineCount = text.split('\n').length;
  const faulty = new Set(findings.map(({ line }) => line));
  const goTo = (line: number | undefined): void => {
    if (area.current === null) return;
    const start = text
      .split('\n')
      .slice(0, (line ?? 1) - 1)
      .reduce((sum, row) => sum + row.length + 1, 0);
    const end = text.indexOf('\n', start);
    area.current.focus();
    area.current.setSelectionRange(start, end === -1 ? text.length : end);
  };
  return (
    <section aria-labelledby={heading}>
      <Group justify="space-between" mb={6}>
        <Title order={2} id={heading}>
          Recipe file
        </Title>
        <Text size="sm" c="dimmed" role="status">
          {stateOf(findings.length, checking)}
        </Text>
      </Group>
      <div className={classes.editor}>
        <pre className={classes.gutter} aria-hidden>
          {Array.from({ length: lineCount }, (_, index) => (
            // Lines have no identity but their number.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <span key={index} className={faulty.has(index + 1) ? classes.faulty : undefined}>
              {index + 1}
              {'\n'}
            </span>
          ))}
        </pre>
        <textarea
          ref={area}
          className={classes.text}
          aria-labelledby={heading}
          aria-invalid={findings.length > 0}
          aria-describedby={findings.length > 0 ? list : undefined}
          spellCheck={false}
          autoCapitalize="off"
          wrap="off"
          rows={lineCount}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      </div>
      {findings.length > 0 ? (
        <ul id={list} className={classes.findings} aria-label="What is wrong with the recipe file">
          {findings.map(({ line, message }) => (
            <li key={`${line} ${message}`}>
              <UnstyledButton className={classes.finding} onClick={() => goTo(line)}>
                <IconAlertTriangle size={15} aria-hidden />
                <span>
                  {line !== undefined && <b>Line {line}: </b>}
                  {message}
                </span>
              </UnstyledButton>
            </li>
          ))}
        </ul>
      ) : (
        <Group gap={6} mt={8} c="dimmed" wrap="nowrap" align="flex-start">
          <IconCircleCheck size={15} aria-hidden style={{ flex: 'none', marginTop: 3 }} />
          <Text size="sm">The form writes it, and reads what you write. “stockpot cook” takes it as it is.</Text>
        </Group>
      )}
    </section>
  );
}

function stateOf(count: number, checking: boolean): string {
  if (count > 0) return count === 1 ? '1 thing to mend' : `${count} things to mend`;
  return checking ? 'checking…' : 'ready to cook';
}
