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

test('a page from elsewhere gets no port, no dialog and no say in the menu, even with the bridge in its hands', async ({
  application,
  page,
}) => {
  await expect(page.getByText('Start with a project')).toBeVisible();
  const outcome = await application.evaluate(async ({ app, BrowserWindow, Menu }) => {
    const menu = Menu.getApplicationMenu();
    const window = new BrowserWindow({
      show: false,
      webPreferences: { preload: `${app.getAppPath()}/out/preload/index.cjs`, sandbox: true, contextIsolation: true },
    });
    await window.loadURL('data:text/html,<title>Elsewhere</title>');
    const answers = await window.webContents.executeJavaScript(`(async () => {
      const heard = [];
      window.addEventListener('message', ({ data, ports }) => heard.push([data, ports.length]));
      const bridge = window.stockpotDesktop;
      bridge.connect();
      bridge.report({ projectId: 1, recent: [{ id: 1, name: 'Theirs' }], appearance: 'dark' });
      const file = { name: 'a.txt', content: new Uint8Array(1) };
      const asked = {
        chooseFiles: bridge.chooseFiles({ title: 'Give me', multiple: true, filters: [] }),
        chooseFolder: bridge.chooseFolder('Give me'),
        chooseNewFile: bridge.chooseNewFile({ title: 'Give me', name: 'a.txt', filters: [] }),
        saveFile: bridge.saveFile(file),
        showInFolder: bridge.showInFolder('/etc/hostname'),
      };
      const answers = {};
      for (const [name, asking] of Object.entries(asked)) {
        answers[name] = await asking.then(() => 'answered', () => 'refused');
      }
      return { ...answers, heard };
    })()`);
    window.destroy();
    return { ...(answers as object), sameMenu: Menu.getApplicationMenu() === menu };
  });
  expect(outcome).toEqual({
    chooseFiles: 'refused',
    chooseFolder: 'refused',
    chooseNewFile: 'refused',
    saveFile: 'refused',
    showInFolder: 'refused',
    heard: [],
    sameMenu: true,
  });
});

test('what the page itself sends is checked like any other input', async ({ application, page }) => {
  await expect(page.getByText('Start with a project')).toBeVisible();
  const outcome = await page.evaluate(async () => {
    const bridge = (globalThis as unknown as { stockpotDesktop: Record<string, (input: unknown) => Promise<unknown>> })
      .stockpotDesktop;
    const refused = (asking: Promise<unknown>) =>
      asking.then(
        () => 'answered',
        () => 'refused',
      );
    bridge.report?.({ projectId: 'all', recent: 'none', appearance: 'pink' });
    return [
      await refused(bridge.chooseFiles!({ title: 1 })),
      await refused(bridge.saveFile!({ name: '../../somewhere', content: new Uint8Array(1) })),
      await refused(bridge.saveFile!({ name: 'a.txt', content: 'text' })),
      await refused(bridge.showInFolder!('relative/path')),
    ];
  });
  expect(outcome).toEqual(['refused', 'refused', 'refused', 'refused']);
  const appearance = await application.evaluate(({ nativeTheme }) => nativeTheme.themeSource);
  expect(appearance).toBe('system');
});

test('pages get no permission but to write to the clipboard', async ({ page }) => {
  await expect(page.getByText('Start with a project')).toBeVisible();
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read'];
    const entries = names.map(async (name) => {
      const status = await navigator.permissions.query({ name: name as PermissionName });
      return [name, status.state] as const;
    });
    const devices = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'given',
      () => 'refused',
    );
    return {
      ...Object.fromEntries(await Promise.all(entries)),
      devices,
      asked: await Notification.requestPermission(),
    };
  });
  expect(states).toEqual({
    geolocation: 'denied',
    notifications: 'denied',
    camera: 'denied',
    microphone: 'denied',
    'clipboard-read': 'denied',
    devices: 'refused',
    asked: 'denied',
  });
});

test('a link to the web opens in the user’s browser, and what is neither page nor web opens nowhere', async ({
  application,
  page,
}) => {
  await expect(page.getByText('Start with a project')).toBeVisible();
  await application.evaluate(({ shell }) => {
    const opened: string[] = [];
    (globalThis as { opened?: string[] }).opened = opened;
    shell.openExternal = (url: string) => {
      opened.push(url);
      return Promise.resolve();
    };
  });
  await page.evaluate(() => {
    for (const url of [
      'https://arxiv.org/abs/2203.05482',
      'http://example.com/',
      'file:///etc/hostname',
      'smb://host/share',
    ]) {
      window.open(url);
    }
  });
  const opened = () => application.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
  await expect.poll(opened).toEqual(['https://arxiv.org/abs/2203.05482']);
  expect(application.windows()).toHaveLength(1);
});

test('a download that did not go through the bridge comes to nothing', async ({ application, page }) => {
  await expect(page.getByText('Start with a project')).toBeVisible();
  await application.evaluate(({ session }) => {
    session.defaultSession.on('will-download', (event) => {
      (globalThis as { refused?: boolean }).refused = event.defaultPrevented;
    });
  });
  await page.evaluate(() => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob(['text']));
    link.download = 'a.txt';
    link.click();
  });
  const refused = () => application.evaluate(() => (globalThis as { refused?: boolean }).refused);
  await expect.poll(refused).toBe(true);
});

test('a page that crashes is loaded again, and its service goes on', async ({ application, page }) => {
  await expect(page.getByText('Start with a project')).toBeVisible();
  const heading = await application.evaluate(async ({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    const loaded = new Promise<void>((resolve) => webContents.once('did-finish-load', () => resolve()));
    webContents.forcefullyCrashRenderer();
    await loaded;
    return webContents.executeJavaScript(`new Promise((resolve) => {
      const look = () => {
        const heading = document.querySelector('h1');
        if (heading === null) requestAnimationFrame(look);
        else resolve(heading.textContent);
      };
      look();
    })`) as Promise<string>;
  });
  expect(heading).toBe('Projects');
});
