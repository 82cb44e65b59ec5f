import { Button, Group, Modal } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { QueryState } from '../../components/query-state.tsx';
import { saveText } from '../../lib/save-file.ts';
import { service } from '../../lib/service.ts';

/** The run's report as it can be sent to somebody: one HTML file that needs nothing else. */
export default function ReportView({ runId, onClose }: { readonly runId: number; readonly onClose: () => void }) {
  const query = useQuery(service.exports.report.queryOptions({ input: { runId }, gcTime: 0 }));
  return (
    <Modal
      opened
      onClose={onClose}
      size="80rem"
      title={`Report on run ${runId}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <QueryState query={query} what="the report">
        {({ path, html }) => (
          <>
            <Group mb="sm">
              <Button
                leftSection={<IconDownload size={16} />}
                onClick={() => saveText(`run-${runId}-report.html`, 'text/html', html)}
              >
                Save a copy
              </Button>
              <span>{path}</span>
            </Group>
            <iframe
              title={`Report on run ${runId}`}
              sandbox=""
              srcDoc={html}
              style={{ width: '100%', height: '70vh', border: '1px solid var(--stockpot-border)', borderRadius: 8 }}
            />
          </>
        )}
      </QueryState>
    </Modal>
  );
}
