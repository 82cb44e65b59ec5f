import { test } from 'vitest';
import { Leisure } from '../../main/backend/leisure.ts';

test('where nobody asks for anything it is there at once', async () => {
  await new Leisure().come(new AbortController().signal);
});

test('an aborted signal ends the waiting', async () => {
  const leisure = new Leisure();
  const controller = new AbortController();
  leisure.disturb();
  const coming = leisure.come(controller.signal);
  controller.abort();
  await coming;
});
