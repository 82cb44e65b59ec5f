import { Anchor, Text, Textarea } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { QueryState } from '../../components/query-state.tsx';
import { service } from '../../lib/service.ts';
import type { Layout } from './layout-fields.tsx';

interface CardDraftProps {
  readonly runId: number;
  readonly format: string;
  /** What was chosen of the format's layout: how the file is loaded depends on it. */
  readonly layout: Layout;
  /** By hand; undefined leaves the card as it is made from the run. */
  readonly written: string | undefined;
  readonly onWrite: (text: string | undefined) => void;
}

/** The model card before it is written: made from the run, and the user's to change. */
export function CardDraft({ runId, format, layout, written, onWrite }: CardDraftProps) {
  const query = useQuery({
    ...service.exports.draftCard.queryOptions({ input: { runId, format, layout } }),
    // What is being typed changes it with every letter; meanwhile the last one stays.
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  return (
    <QueryState query={query} what="the model card">
      {({ text, hashPlace }) => (
        <Textarea
          label="Model card"
          description={
            <>
              Markdown. {hashPlace} becomes the file’s SHA-256.{' '}
              {written !== undefined && (
                <Anchor component="button" type="button" inherit underline="always" onClick={() => onWrite(undefined)}>
                  Back to the card as it was made
                </Anchor>
              )}
              {written !== undefined && !written.includes(hashPlace) && (
                <Text span inherit c="var(--mantine-color-red-light-color)">
                  {' '}
                  It no longer names the file’s hash.
                </Text>
              )}
            </>
          }
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={written ?? text}
          autosize
          minRows={6}
          maxRows={12}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } }}
          onChange={(event) => onWrite(event.currentTarget.value === text ? undefined : event.currentTarget.value)}
        />
      )}
    </QueryState>
  );
}
