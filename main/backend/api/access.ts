import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Who may talk to the server: a browser that opened a link with a token which nobody has used before. The token is traded
 * for a session cookie, so that the page can be reloaded while the link itself is worth nothing any more.
 */
export class Access {
  readonly #tokens = new Set<string>();
  readonly #sessions = new Set<string>();

  /** A token for one link. */
  issueToken(): string {
    const token = randomBytes(32).toString('base64url');
    this.#tokens.add(digest(token));
    return token;
  }

  /** The secret of a new session; undefined when the token was never issued or has been used. */
  redeem(token: string): string | undefined {
    if (!this.#tokens.delete(digest(token))) return undefined;
    const session = randomBytes(32).toString('base64url');
    this.#sessions.add(digest(session));
    return session;
  }

  isSession(secret: string | undefined): boolean {
    if (secret === undefined) return false;
    const wanted = Buffer.from(digest(secret));
    return [...this.#sessions].some((known) => timingSafeEqual(Buffer.from(known), wanted));
  }
}

/** Cookies are shared between the ports of a host; the name keeps servers apart. */
export function cookieName(port: number): string {
  return `stockpot-${port}`;
}

export function cookieOf(request: IncomingMessage, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
