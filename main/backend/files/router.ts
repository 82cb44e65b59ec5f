import { service } from '../api/service.ts';
import { browseFolder } from './browse.ts';

export function filesRouter() {
  return { browse: service.files.browse.handler(({ input }) => browseFolder(input.folder)) };
}
