/** How often each job is on screen, in whatever shows how far it is. */
const views = new Map<number, number>();

/** To be called when a view of a job appears; what it returns is to be called when it goes. */
export function watchJob(id: number): () => void {
  views.set(id, (views.get(id) ?? 0) + 1);
  return () => {
    const left = (views.get(id) ?? 1) - 1;
    if (left > 0) views.set(id, left);
    else views.delete(id);
  };
}

/** Whoever sees a job end need not be told so, least of all by something that lies over it. */
export function isWatched(id: number): boolean {
  return views.has(id);
}
