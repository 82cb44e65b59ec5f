import { openWorkspace } from '../../main/backend/workspace.ts';

// Opens a workspace for writing, says so, and keeps it until this process is ended.
await openWorkspace(process.argv[2]!);
console.log('open');
process.stdin.resume();
