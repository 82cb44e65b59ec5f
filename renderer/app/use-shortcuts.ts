import { useDisclosure } from '@mantine/hooks';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';

const PAGES = {
  o: '/projects/$projectId',
  i: '/projects/$projectId/ingredients',
  d: '/projects/$projectId/data',
  k: '/projects/$projectId/kitchen',
  r: '/projects/$projectId/runs',
  c: '/projects/$projectId/compare',
} as const;

/** Single keys and `G` with a letter, wherever nobody is writing; `lib/shortcuts.ts` lists them for people. */
export function useShortcuts(openJobs: () => void): void {
  const navigate = useNavigate();
  const { projectId } = useParams({ strict: false });
  // Whether the last thing done was G. Kept across renderings: one may come between G and the letter after it.
  const isBegun = useRef(false);
  useEffect(() => {
    const go = (key: string): boolean => {
      if (key === 'p') void navigate({ to: '/', search: {} });
      else if (key === 's') void navigate({ to: '/settings' });
      else if (isPage(key) && projectId !== undefined) {
        void navigate({ to: PAGES[key], params: { projectId }, search: {} });
      } else return false;
      return true;
    };
    const once = (key: string): boolean => {
      if (key === 'n') void navigate({ to: '/', search: { new: true } });
      else if (key === 'j') openJobs();
      else if (key === '/') return focusSearch();
      else return false;
      return true;
    };
    const press = (event: KeyboardEvent): void => {
      const isSecond = isBegun.current;
      isBegun.current = false;
      if (isWriting(event)) return;
      const key = event.key.toLowerCase();
      isBegun.current = key === 'g' && !isSecond;
      if (isSecond ? go(key) : once(key)) event.preventDefault();
    };
    const forget = (): void => {
      isBegun.current = false;
    };
    window.addEventListener('keydown', press);
    window.addEventListener('pointerdown', forget);
    window.addEventListener('blur', forget);
    return () => {
      window.removeEventListener('keydown', press);
      window.removeEventListener('pointerdown', forget);
      window.removeEventListener('blur', forget);
    };
  }, [navigate, projectId, openJobs]);
}

/** Whether the list of shortcuts is open: `?` opens it. */
export function useShortcutHelp() {
  const [isOpen, help] = useDisclosure(false);
  const { open } = help;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key === '?' && !isWriting(event)) open();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [open]);
  return [isOpen, help] as const;
}

/** Goes to the field by which the page at hand is searched, where it has one. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main input[data-search]');
  field?.focus();
  field?.select();
  return field !== null;
}

function isPage(key: string): key is keyof typeof PAGES {
  return key in PAGES;
}

/** Keys that belong to a field, a dialog or the browser. */
function isWriting({ target, ctrlKey, metaKey, altKey, defaultPrevented }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || defaultPrevented) return true;
  if (document.querySelector('[role="dialog"]') !== null) return true;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select, [role="menu"], [role="listbox"]') !== null)
  );
}
