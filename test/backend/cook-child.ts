import { createBackend } from '../../main/backend/backend.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import { cookFile } from './cooking.ts';

// Cooks a recipe in a process of its own and says what happens, a line for each event, so that a test can end it anywhere.
const [workspaceFolder, recipe] = process.argv.slice(2) as [string, string];
const backend = await createBackend({ workspaceFolder, processHost: createNodeProcessHost() });
console.log('opened');
await cookFile(backend, recipe, ({ kind }) => console.log(kind));
await backend.close();
console.log('closed');
