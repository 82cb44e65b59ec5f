import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { isProjectFileName } from '../../preload/file-names.ts';
import { tell } from '../components/tell.tsx';
import { errorFactsOf } from '../lib/error-facts.ts';
import { type IncomingFiles, setIncomingFiles } from '../lib/incoming-files.ts';
import { client } from '../lib/service.ts';

/** More than the largest export has: its shards, their index and what lies beside them. */
const MOST_RECOGNIZED = 1100;

/**
 * Leads files that were dropped or opened to where they are dealt with: a project file to the import of projects; a soup that Stockpot
 * wrote to its run or, where this workspace has not got that, to what the file says of it; anything else to the import of the project
 * at hand, which names what does not fit, or without one to a new project. While an import is at hand, everything goes into it.
 */
export function useOpenFiles(): (files: IncomingFiles) => void {
  const navigate = useNavigate();
  const { projectId } = useParams({ strict: false });
  const { new: creating, dialog } = useSearch({ strict: false });
  const bringIn = (files: IncomingFiles): void => {
    setIncomingFiles(files);
    if (projectId !== undefined) {
      const params = { projectId };
      void navigate({ to: '/projects/$projectId/ingredients', params, search: { dialog: 'import' } });
    } else if (creating !== true) {
      void navigate({ to: '/', search: { new: true } });
    }
  };
  const recognize = async (files: IncomingFiles): Promise<void> => {
    const { soup } = await client.exports.recognize({ paths: [...files.paths] });
    if (soup === null) bringIn(files);
    else if (soup.run === null) {
      const project = projectId === undefined ? {} : { project: Number(projectId) };
      await navigate({ to: '/origin', search: { file: soup.file, ...project } });
    } else {
      const params = { projectId: String(soup.run.projectId), runId: String(soup.run.id) };
      await navigate({ to: '/projects/$projectId/runs/$runId', params });
      tell('This is the run that the file was exported from', 'teal');
    }
  };
  return (files) => {
    const [project, ...furtherProjects] = [...files.paths, ...files.namesOnly].filter(isProjectFileName);
    if (project !== undefined) {
      if (furtherProjects.length > 0) tell('Project files are opened one at a time; this is the first', 'yellow');
      setIncomingFiles(only(files, (file) => file === project));
      void navigate({ to: '/', search: { import: true } });
      return;
    }
    const isAsked = dialog === 'import' || creating === true;
    if (isAsked || files.paths.length === 0 || files.paths.length > MOST_RECOGNIZED) bringIn(files);
    else recognize(files).catch((thrown: unknown) => tell(errorFactsOf(thrown).what, 'red'));
  };
}

function only({ paths, namesOnly }: IncomingFiles, isWanted: (file: string) => boolean): IncomingFiles {
  return { paths: paths.filter(isWanted), namesOnly: namesOnly.filter(isWanted) };
}
