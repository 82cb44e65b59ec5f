import { Anchor, Code } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { JobResult } from '../../../preload/contract/jobs.ts';
import { formatNumberOf } from '../../lib/format.ts';

interface JobResultLinkProps {
  readonly result: JobResult;
  readonly onFollow: () => void;
}

/** The way to what a job led to. */
export function JobResultLink({ result, onFollow }: JobResultLinkProps) {
  switch (result.kind) {
    case 'run':
    case 'export':
    case 'replay':
      return (
        <Anchor
          size="sm"
          onClick={onFollow}
          renderRoot={(props) => (
            <Link
              to="/projects/$projectId/runs/$runId"
              params={{ projectId: String(result.projectId), runId: String(result.runId) }}
              {...props}
            />
          )}
        >
          Open run {result.runId}
        </Anchor>
      );
    case 'ingredients':
      return (
        <Anchor
          size="sm"
          onClick={onFollow}
          renderRoot={(props) => (
            <Link
              to="/projects/$projectId/ingredients"
              params={{ projectId: String(result.projectId) }}
              search={result.ids.length === 1 ? { open: result.ids[0] } : {}}
              {...props}
            />
          )}
        >
          See {formatNumberOf(result.ids.length, 'ingredient')}
        </Anchor>
      );
    case 'splits':
      return (
        <Anchor
          size="sm"
          onClick={onFollow}
          renderRoot={(props) => (
            <Link
              to="/projects/$projectId/data"
              params={{ projectId: String(result.projectId) }}
              search={result.ids.length === 0 ? {} : { split: result.ids[0] }}
              {...props}
            />
          )}
        >
          See {formatNumberOf(result.ids.length, 'split')}
        </Anchor>
      );
    case 'sweep':
      return (
        <Anchor
          size="sm"
          onClick={onFollow}
          renderRoot={(props) => (
            <Link
              to="/projects/$projectId/kitchen"
              params={{ projectId: String(result.projectId) }}
              search={{ sweep: result.sweepId }}
              {...props}
            />
          )}
        >
          Open the sweep
        </Anchor>
      );
    case 'project':
      return (
        <Anchor
          size="sm"
          onClick={onFollow}
          renderRoot={(props) => (
            <Link to="/projects/$projectId" params={{ projectId: String(result.projectId) }} {...props} />
          )}
        >
          Open the project
        </Anchor>
      );
    case 'project-file':
      return <Code style={{ overflowWrap: 'anywhere' }}>{result.path}</Code>;
    case 'verification':
      return null;
  }
}
