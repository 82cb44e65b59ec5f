import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';

/** Where something will be in a moment. */
export function LoadingState({ what, lines = 4 }: { readonly what: string; readonly lines?: number }) {
  return (
    <Stack gap="sm" role="status" py="xs">
      <VisuallyHidden>Loading {what}</VisuallyHidden>
      {Array.from({ length: lines }, (_, line) => (
        // Lines of a placeholder have no identity but their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Skeleton key={line} height={44} radius="md" />
      ))}
    </Stack>
  );
}
