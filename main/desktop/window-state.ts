import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, type BrowserWindow, type Rectangle, screen } from 'electron';
import { z } from 'zod';

const windowState = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400),
  height: z.int().min(300),
  maximized: z.boolean(),
});

type WindowState = z.infer<typeof windowState>;

const FIRST_SIZE = { width: 1360, height: 880 };

/** Where the window was last; its first size when that is unknown or no longer on any screen. */
export function savedWindowState(): Partial<Rectangle> & { readonly maximized?: boolean } {
  const file = stateFile();
  if (!existsSync(file)) return FIRST_SIZE;
  const read = windowState.safeParse(parsed(readFileSync(file, 'utf8')));
  return read.success && isOnAScreen(read.data) ? read.data : FIRST_SIZE;
}

/** Keeps the window's place for the next start. */
export function keepWindowState(window: BrowserWindow): void {
  window.on('close', () => {
    const state: WindowState = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    writeFileSync(stateFile(), JSON.stringify(state));
  });
}

function stateFile(): string {
  return join(app.getPath('userData'), 'window.json');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A damaged file is no worse than none: the window opens at its first size and the file is written anew.
    return undefined;
  }
}

function isOnAScreen(state: WindowState): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const right = Math.min(state.x + state.width, workArea.x + workArea.width);
    const bottom = Math.min(state.y + state.height, workArea.y + workArea.height);
    return right - Math.max(state.x, workArea.x) > 100 && bottom - Math.max(state.y, workArea.y) > 100;
  });
}
