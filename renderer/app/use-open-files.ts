import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { isProjectFileName } from '../../preload/file-names.ts';
import { tell } from '../components/tell.tsx';
import { type IncomingFiles, setIncomingFiles } from '../lib/incoming-files.ts';

/**
 * Leads files that were dropped or opened to where they are dealt with: a project file to the import of projects, anything else
 * to the import of the project at hand, which names what does not fit, or without one to a new project.
 */
export function useOpenFiles(): (files: IncomingFiles) => void {
  const navigate = useNavigate();
  const { projectId } = useParams({ strict: false });
  const { new: creating } = useSearch({ strict: false });
  return (files) => {
    const [project, ...furtherProjects] = [...files.paths, ...files.namesOnly].filter(isProjectFileName);
    if (project !== undefined) {
      if (furtherProjects.length > 0) tell('Project files are opened one at a time; this is the first', 'yellow');
      setIncomingFiles(only(files, (file) => file === project));
      void navigate({ to: '/', search: { import: true } });
      return;
    }
    setIncomingFiles(files);
    if (projectId !== undefined) {
      const params = { projectId };
      void navigate({ to: '/projects/$projectId/ingredients', params, search: { dialog: 'import' } });
    } else if (creating !== true) {
      void navigate({ to: '/', search: { new: true } });
    }
  };
}

function only({ paths, namesOnly }: IncomingFiles, isWanted: (file: string) => boolean): IncomingFiles {
  return { paths: paths.filter(isWanted), namesOnly: namesOnly.filter(isWanted) };
}
