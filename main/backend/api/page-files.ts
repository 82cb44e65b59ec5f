import { existsSync, statSync } from 'node:fs';
import { extname, join, resolve, sep } from 'node:path';
import { CONTENT_SECURITY_POLICY } from './content-security-policy.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

export interface PageFile {
  /** Absolute, and inside the folder asked for. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The file that a URL's path stands for: that file, or the page itself for a route of the application. Undefined for a
 * file that is not there and for whatever points out of `folder`.
 */
export function pageFile(folder: string, urlPath: string): PageFile | undefined {
  const root = resolve(folder);
  const decoded = decodePath(urlPath);
  if (decoded === undefined) return undefined;
  const path = resolve(join(root, decoded));
  if (path !== root && !path.startsWith(root + sep)) return undefined;
  if (existsSync(path) && statSync(path).isFile()) return described(path);
  // A route has no extension; a missing script or picture must not be answered with a page.
  return extname(path) === '' ? described(join(root, 'index.html')) : undefined;
}

/** What is sent to somebody who accepts these encodings: the file, or the compressed one that the build laid beside it. */
export function sentFile(file: PageFile, acceptedEncodings: string | undefined): PageFile {
  const compressed = `${file.path}.br`;
  if (!existsSync(compressed)) return file;
  // Whatever keeps a copy is told that it depends on who asked.
  const headers = { ...file.headers, vary: 'accept-encoding' };
  const accepted = (acceptedEncodings ?? '').split(',').some((one) => {
    const [name, weight = ''] = one.split(';').map((part) => part.trim());
    return name === 'br' && !/^q=0(\.0*)?$/.test(weight);
  });
  return accepted ? { path: compressed, headers: { ...headers, 'content-encoding': 'br' } } : { ...file, headers };
}

function described(path: string): PageFile {
  // Names in the folder of assets carry a hash of their content.
  const immutable = path.split(sep).includes('assets');
  return {
    path,
    headers: {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    },
  };
}

function decodePath(urlPath: string): string | undefined {
  try {
    const decoded = decodeURIComponent(urlPath);
    return decoded.includes('\0') ? undefined : decoded;
  } catch {
    return undefined;
  }
}
