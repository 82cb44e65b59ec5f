import { service } from '../api/service.ts';
import { browseFolder } from './browse.ts';
import type { LastFolder } from './last-folder.ts';

export function filesRouter(last: LastFolder) {
  return {
    browse: service.files.browse.handler(({ input: { folder } }) => {
      const listing = browseFolder(folder ?? last.recall());
      if (folder !== undefined) last.remember(listing.folder);
      return listing;
    }),
  };
}
