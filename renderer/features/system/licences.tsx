import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense } from 'react';

const LicencesDialog = lazy(() => import('./licences-dialog.tsx'));

/** What Stockpot is made of, and under which terms. */
export function Licences() {
  const [isOpen, dialog] = useDisclosure(false);
  return (
    <>
      <Text size="sm" c="dimmed" mt="sm">
        Stockpot is free software under the Apache License 2.0, and stands on the work of many others.
      </Text>
      <Button variant="default" size="xs" mt="xs" onClick={dialog.open}>
        Third-party licences…
      </Button>
      {isOpen && (
        <Suspense>
          <LicencesDialog onClose={dialog.close} />
        </Suspense>
      )}
    </>
  );
}
