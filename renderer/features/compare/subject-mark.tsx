import { Group, Text } from '@mantine/core';
import { colorOf, markOf, type Subject } from '../../charts/palette.ts';

const SHAPES: Readonly<Record<string, string>> = {
  circle: 'M 7 1.5 a 5.5 5.5 0 1 1 -0.01 0 Z',
  star: 'M7 0.6 L9 5 L13.6 5.4 L10.1 8.5 L11.2 13.2 L7 10.7 L2.8 13.2 L3.9 8.5 L0.4 5.4 L5 5 Z',
  diamond: 'M7 0.8 L13.2 7 L7 13.2 L0.8 7 Z',
};

/** A subject's name behind the mark and the colour that it has in every chart. */
export function SubjectMark({ subject }: { readonly subject: Subject }) {
  return (
    <Group gap={7} wrap="nowrap">
      <svg width={14} height={14} viewBox="0 0 14 14" aria-hidden="true" style={{ flexShrink: 0 }}>
        <path d={SHAPES[markOf(subject)]} fill={colorOf(subject)} />
      </svg>
      <Text span inherit>
        {subject.label}
      </Text>
    </Group>
  );
}
