import { expect, test } from './window.ts';

test('the window opens and the service answers through the port', async ({ page }) => {
  await expect(page.getByText('Start with a project')).toBeVisible();
  await page.getByRole('button', { name: 'New project' }).first().click();
  await page.getByLabel('Name').fill('Birds');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Birds' })).toBeVisible();
});

test('the engine, in a process of its own, tells which devices work', async ({ page }) => {
  await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('row', { name: /ONNX Runtime cpu works/ })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('row', { name: /Electron/ })).toBeVisible();
});

test('a page has nothing of Node and only the bridge that was made for it', async ({ page }) => {
  const found = await page.evaluate(() => ({
    process: typeof (globalThis as { process?: unknown }).process,
    require: typeof (globalThis as { require?: unknown }).require,
    bridge: Object.keys((globalThis as unknown as { stockpotDesktop: object }).stockpotDesktop).sort(),
  }));
  expect(found).toEqual({
    process: 'undefined',
    require: 'undefined',
    bridge: [
      'chooseFiles',
      'chooseFolder',
      'chooseNewFile',
      'connect',
      'onBackendState',
      'onCommand',
      'pathOf',
      'report',
      'saveFile',
      'showInFolder',
    ],
  });
});

test('the window is sandboxed and isolated', async ({ application, page }) => {
  await expect(page).toHaveTitle(/Stockpot/);
  const preferences = await application.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const contents = window!.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
    const { sandbox, contextIsolation, nodeIntegration, webviewTag } = contents.getLastWebPreferences();
    return { sandbox, contextIsolation, nodeIntegration, webviewTag };
  });
  expect(preferences).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false });
});

test('code from text, inline scripts and other hosts are refused by the content security policy', async ({ page }) => {
  await expect(page.getByText('Start with a project')).toBeVisible();
  const outcome = await page.evaluate(async () => {
    const violated: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => violated.push(event.effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.wasRun = true';
    document.head.append(script);
    const fetched = await fetch('https://example.com/').then(
      () => 'loaded',
      () => 'refused',
    );
    // From a timer: while the test's own tool runs code here, it is allowed to evaluate text.
    const evaluated = await new Promise((resolve) => {
      setTimeout(() => {
        try {
          resolve(new Function('return 1')());
        } catch {
          resolve('refused');
        }
      });
    });
    return { fetched, evaluated, wasRun: 'wasRun' in window, violated: [...new Set(violated)].sort() };
  });
  expect(outcome.fetched).toBe('refused');
  expect(outcome.evaluated).toBe('refused');
  expect(outcome.wasRun).toBe(false);
  expect(outcome.violated).toContain('connect-src');
  expect(outcome.violated).toContain('script-src-elem');
});

test('a page cannot leave the application, nor open a window', async ({ application, page }) => {
  await expect(page.getByText('Start with a project')).toBeVisible();
  const before = page.url();
  await page.evaluate(() => {
    window.location.href = 'file:///etc/hostname';
  });
  await page.evaluate(() => window.open('about:blank'));
  await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  expect(new URL(page.url()).origin).toBe(new URL(before).origin);
  expect(application.windows()).toHaveLength(1);
});

test('a service that is killed comes back, and the page goes on with it', async ({ application, page }) => {
  await page.getByRole('button', { name: 'New project' }).first().click();
  await page.getByLabel('Name').fill('Birds');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Birds' })).toBeVisible();
  await application.evaluate(({ app }) => {
    const backend = app.getAppMetrics().find(({ type, name }) => type === 'Utility' && name === 'Stockpot backend');
    process.kill(backend!.pid, 'SIGKILL');
  });
  await expect(page.getByText('Reconnecting')).toBeVisible();
  await expect(page.getByText('Reconnecting')).toBeHidden({ timeout: 20_000 });
  await page.getByRole('navigation').getByRole('link', { name: 'Projects' }).click();
  await expect(page.getByRole('main').getByRole('link', { name: 'Birds' })).toBeVisible();
});

test('a page from elsewhere gets neither a port nor a dialog, even with the bridge in its hands', async ({
  application,
  page,
}) => {
  await expect(page.getByText('Start with a project')).toBeVisible();
  const outcome = await application.evaluate(async ({ app, BrowserWindow }) => {
    const window = new BrowserWindow({
      show: false,
      webPreferences: { preload: `${app.getAppPath()}/out/preload/index.cjs`, sandbox: true, contextIsolation: true },
    });
    await window.loadURL('data:text/html,<title>Elsewhere</title>');
    const answer = await window.webContents.executeJavaScript(`(async () => {
      const heard = [];
      window.addEventListener('message', ({ data, ports }) => heard.push([data, ports.length]));
      window.stockpotDesktop.connect();
      const dialog = await window.stockpotDesktop.chooseFolder('Give me').then(() => 'answered', () => 'refused');
      return { dialog, heard };
    })()`);
    window.destroy();
    return answer as unknown;
  });
  expect(outcome).toEqual({ dialog: 'refused', heard: [] });
});
