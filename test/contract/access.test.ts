import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startWebServer, type WebServer } from '../../main/backend/api/web-server.ts';
import type { Application } from '../../main/backend/entries/application.ts';
import { openEmptyApplication, sessionCookie } from './transports.ts';

describe('the server for browsers', () => {
  let application: Application;
  let server: WebServer;

  beforeAll(async () => {
    application = await openEmptyApplication();
    server = await startWebServer({ router: application.router, pagesFolder: import.meta.dirname, port: 0 });
  });

  afterAll(async () => {
    await server.close();
    await application.close();
  });

  test('listens on the loopback interface only', () => {
    expect(new URL(server.origin).hostname).toBe('127.0.0.1');
  });

  test('of two without a port of their own, one is in the usual place and the other elsewhere', async () => {
    const start = () =>
      startWebServer({ router: application.router, pagesFolder: import.meta.dirname, port: undefined });
    const started = [await start(), await start()];
    const ports = started.map(({ origin }) => new URL(origin).port);
    for (const one of started) await one.close();
    expect(new Set(ports).size).toBe(2);
  });

  test('a link works once', async () => {
    const link = server.newLink();
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(303);
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(403);
  });

  test('the session cookie is out of reach of scripts and of other sites', async () => {
    const { headers } = await fetch(server.newLink(), { redirect: 'manual' });
    expect(headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
  });

  test('nothing is served without a session', async () => {
    expect((await fetch(`${server.origin}/transports.ts`)).status).toBe(403);
  });

  test('files come with the content security policy, and none from outside the folder', async () => {
    const headers = { cookie: await sessionCookie(server) };
    const file = await fetch(`${server.origin}/transports.ts`, { headers });
    expect(file.status).toBe(200);
    expect(file.headers.get('content-security-policy')).toContain("script-src 'self'");
    for (const path of [
      '/..%2f..%2fpackage.json',
      '/%2e%2e/%2e%2e/package.json',
      '/..%5c..%5cpackage.json',
      '/%00.js',
    ]) {
      expect((await fetch(server.origin + path, { headers })).status, path).toBe(404);
    }
  });

  test('a page elsewhere whose name leads here is turned away', async () => {
    const outgoing = request(server.origin, { headers: { host: 'evil.example', cookie: await sessionCookie(server) } });
    outgoing.end();
    const [response] = await once(outgoing, 'response');
    expect(response.statusCode).toBe(421);
  });

  test('the API wants a session and the origin of its own pages', async () => {
    const cookie = await sessionCookie(server);
    const own = server.origin;
    expect(await upgrade({ origin: own, cookie })).toBe('open');
    expect(await upgrade({ origin: own, cookie: '' })).toBe('refused');
    expect(await upgrade({ origin: own, cookie: cookie.replace(/=.*/, '=guessed') })).toBe('refused');
    expect(await upgrade({ origin: 'http://evil.example', cookie })).toBe('refused');
    expect(await upgrade({ origin: undefined, cookie })).toBe('refused');
  });

  test('a port that is taken is said so', async () => {
    const port = Number(new URL(server.origin).port);
    const second = startWebServer({ router: application.router, pagesFolder: import.meta.dirname, port });
    await expect(second).rejects.toMatchObject({ code: 'server/port-taken' });
  });

  function upgrade({ origin, cookie }: { origin: string | undefined; cookie: string }): Promise<'open' | 'refused'> {
    const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/api`, {
      ...(origin === undefined ? {} : { origin }),
      headers: { cookie },
    });
    return new Promise((resolve) => {
      socket.on('open', () => {
        socket.terminate();
        resolve('open');
      });
      socket.on('error', () => resolve('refused'));
    });
  }
});
