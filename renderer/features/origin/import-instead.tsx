import { Button } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { setIncomingFiles } from '../../lib/incoming-files.ts';

/** The file as an ingredient of a project, which it may be as well. */
export function ImportInstead({ file, projectId }: { readonly file: string; readonly projectId: number }) {
  const navigate = useNavigate();
  return (
    <Button
      variant="default"
      leftSection={<IconFileImport size={16} />}
      onClick={() => {
        setIncomingFiles({ paths: [file], namesOnly: [] });
        const params = { projectId: String(projectId) };
        void navigate({ to: '/projects/$projectId/ingredients', params, search: { dialog: 'import' } });
      }}
    >
      Import it as an ingredient…
    </Button>
  );
}
