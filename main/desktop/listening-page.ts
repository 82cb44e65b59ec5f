import { ipcMain, nativeTheme, type WebContents } from 'electron';
import { z } from 'zod';
import { APPEARANCES, CHANNELS, type PageReport, type ShellCommand } from '../../preload/desktop-bridge.ts';
import { isTrustedSender } from './trusted-sender.ts';

const pageReport = z.object({
  projectId: z.int().nullable(),
  recent: z.array(z.object({ id: z.int(), name: z.string().max(200) })).max(20),
  appearance: z.enum(APPEARANCES),
});

/** The page that does what the shell asks. What is asked while none listens waits for one. */
export class ListeningPage {
  #page: WebContents | undefined;
  #waiting: readonly ShellCommand[] = [];

  /** `onReport` is told what the page says of itself, and of nothing once it is gone. */
  constructor(onReport: (report: PageReport | undefined) => void) {
    ipcMain.on(CHANNELS.report, (event, reported: unknown) => {
      if (!isTrustedSender(event)) return;
      const report = pageReport.safeParse(reported);
      if (!report.success) return;
      this.#listens(event.sender, () => onReport(undefined));
      nativeTheme.themeSource = THEME_SOURCES[report.data.appearance];
      onReport(report.data);
    });
  }

  send(command: ShellCommand): void {
    if (this.#page === undefined) this.#waiting = [...this.#waiting, command];
    else this.#page.send(CHANNELS.command, command);
  }

  #listens(page: WebContents, onGone: () => void): void {
    if (this.#page === page) return;
    this.#page = page;
    const gone = (): void => {
      for (const event of GOING) page.off(event as 'destroyed', gone);
      if (this.#page !== page) return;
      this.#page = undefined;
      onGone();
    };
    for (const event of GOING) page.on(event as 'destroyed', gone);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const command of waiting) this.send(command);
  }
}

/** Another page, or the same one anew, is in its place; it crashed; its window is closed. */
const GOING = ['did-navigate', 'render-process-gone', 'destroyed'] as const;

/** So that the frame, native dialogs and the menu look as the page does. */
const THEME_SOURCES = { auto: 'system', light: 'light', dark: 'dark' } as const;
