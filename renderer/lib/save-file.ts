import type { ApiErrorFacts } from '../../preload/contract/base.ts';
import { tell } from '../components/tell.tsx';

/** Hands a text over as a file. */
export function saveText(name: string, type: string, text: string): void {
  void saveFile(name, type, new TextEncoder().encode(text));
}

/** Hands bytes over as a file: the desktop's dialog asks where to, a browser has its own way. */
export async function saveFile(name: string, type: string, content: Uint8Array<ArrayBuffer>): Promise<void> {
  const desktop = window.stockpotDesktop;
  if (desktop === undefined) return download(name, type, content);
  const outcome = await desktop.saveFile({ name, content });
  if (!outcome.saved) tell(sentence(outcome.error), 'red');
  else if (outcome.path !== undefined) tell(`Saved as ${outcome.path}`, 'teal');
}

function sentence({ what, where, remedy }: ApiErrorFacts): string {
  const problem = where === undefined ? what : `${what}: ${where}`;
  return remedy === undefined ? problem : `${problem}. ${remedy}`;
}

function download(name: string, type: string, content: Uint8Array<ArrayBuffer>): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The click only queues the download: the address has to outlive it.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
