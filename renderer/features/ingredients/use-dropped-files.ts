import { useCallback, useEffect, useState } from 'react';

/** Files that were dropped on the page. */
export interface Dropped {
  /** Where they are: only the desktop shell can tell. */
  readonly paths: readonly string[];
  /** What they are called, where nothing more is known of them: in a browser. */
  readonly namesOnly: readonly string[];
}

const NOTHING_DROPPED: Dropped = { paths: [], namesOnly: [] };

/**
 * Takes files dropped anywhere on the page.
 * @param onDrop must be the same function from one render to the next
 * @returns what came last, and how to forget it
 */
export function useDroppedFiles(onDrop: () => void): readonly [Dropped, () => void] {
  const [dropped, setDropped] = useState(NOTHING_DROPPED);
  useEffect(() => {
    const allow = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault();
    };
    const take = (event: DragEvent): void => {
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      // Otherwise the browser would leave the page and show the file.
      event.preventDefault();
      setDropped(locate(files));
      onDrop();
    };
    window.addEventListener('dragover', allow);
    window.addEventListener('drop', take);
    return () => {
      window.removeEventListener('dragover', allow);
      window.removeEventListener('drop', take);
    };
  }, [onDrop]);
  return [dropped, useCallback(() => setDropped(NOTHING_DROPPED), [])];
}

function locate(files: readonly File[]): Dropped {
  const desktop = window.stockpotDesktop;
  if (desktop === undefined) return { paths: [], namesOnly: files.map(({ name }) => name) };
  return { paths: files.map((file) => desktop.pathOf(file)).filter((path) => path !== ''), namesOnly: [] };
}
