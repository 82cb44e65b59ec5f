import { type EnginePort, serveEngine } from './engine.ts';
import type { EngineRequest } from './protocol.ts';

const port: EnginePort = {
  // A message fails to go out only when the parent has gone; 'disconnect' follows and ends this process.
  post: (message) => void process.send?.(message, undefined, undefined, () => {}),
  onMessage: (listener) => void process.on('message', (message) => listener(message as EngineRequest)),
};

// Ctrl-C in a terminal reaches the whole process group; what happens to the work is the parent's decision.
process.on('SIGINT', () => {});
// Nobody is left to work for, however the parent ended.
process.on('disconnect', () => process.exit());

serveEngine(port);
