import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { build } from 'vite';
import { addressOf, type Listening, listen } from '../engine/listening.ts';

const WEB = join(import.meta.dirname, '../../web');
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Starts to listen before the page is built, since the template contains the address. Answers 503 until `serve`. */
export async function startPage(port: number): Promise<Listening & { serve(folder: string, config: object): void }> {
  let page: { folder: string; config: object } | undefined;
  const server = createServer((request, response) => {
    const address = addressOf(request);
    if (!address) return void response.writeHead(400).end();
    const { pathname } = address;
    if (!page) return void response.writeHead(503).end();
    if (pathname === '/config.json') {
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      return void response.end(JSON.stringify(page.config));
    }
    const asked = join(page.folder, normalize(decodeURIComponent(pathname)));
    const isFile = asked.startsWith(page.folder) && existsSync(asked) && statSync(asked).isFile();
    // The page has its own routing for all paths, as on CloudFront.
    const file = isFile ? asked : join(page.folder, 'index.html');
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'cache-control': isFile && pathname.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache',
      'content-security-policy':
        "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; connect-src 'self' http://127.0.0.1:*; frame-ancestors 'none'; base-uri 'none'",
    });
    createReadStream(file).pipe(response);
  });
  return {
    ...(await listen(server, port)),
    serve: (folder, config) => {
      page = { folder, config };
    },
  };
}

/** Builds the page into a folder. */
export async function buildPage(folder: string): Promise<void> {
  await build({ root: WEB, logLevel: 'warn', build: { outDir: folder, emptyOutDir: true } });
}
