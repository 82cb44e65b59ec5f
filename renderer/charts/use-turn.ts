import { type RefObject, useEffect, useState } from 'react';

type Begin = () => void;

/** Also on a machine that is never idle. */
const LONGEST_WAIT_MILLISECONDS = 300;

/** What waits to be drawn: what is in sight first. */
const inSight: Begin[] = [];
const others: Begin[] = [];
let isServing = false;

/** One a frame, so that whoever types or scrolls meanwhile is not kept waiting by all of them. */
function serveSight(): void {
  inSight.shift()?.();
  isServing = inSight.length > 0;
  if (isServing) requestAnimationFrame(() => setTimeout(serveSight));
}

function enter(queue: Begin[], begin: Begin): void {
  queue.push(begin);
  if (queue === others) {
    requestIdleCallback(() => others.shift()?.(), { timeout: LONGEST_WAIT_MILLISECONDS });
  } else if (!isServing) {
    isServing = true;
    requestAnimationFrame(() => setTimeout(serveSight));
  }
}

function leave(queue: Begin[], begin: Begin): void {
  const place = queue.indexOf(begin);
  if (place !== -1) queue.splice(place, 1);
}

/** How far beyond the window's edges a chart counts as in sight, so that it is there when the reader comes. */
const NEAR = '300px';

/** Whether what `element` holds should be drawn by now: in sight as soon as there is time, otherwise when nothing else is to be done. */
export function useTurn(element: RefObject<HTMLElement | null>): boolean {
  const [isDue, setIsDue] = useState(false);
  useEffect(() => {
    const begin = (): void => setIsDue(true);
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting !== true) return;
        observer.disconnect();
        leave(others, begin);
        enter(inSight, begin);
      },
      { rootMargin: NEAR },
    );
    enter(others, begin);
    if (element.current !== null) observer.observe(element.current);
    return () => {
      observer.disconnect();
      leave(inSight, begin);
      leave(others, begin);
    };
  }, [element]);
  return isDue;
}
