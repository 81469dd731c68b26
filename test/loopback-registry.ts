import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** What the registry does with a request: answers it, never answers it, or says that there is no such package. */
export type Mood = 'answers' | 'hangs' | 'has-nothing';

/** A package registry on loopback with the one package `tiny`, for npm to install from. */
export interface LoopbackRegistry {
  readonly url: string;
  /** Of tiny's only version, 1.0.0, as a lockfile holds it. */
  readonly integrity: string;
  mood: Mood;
  /** How often the package itself was downloaded. */
  readonly downloads: number;
  /** Resolves when a request hangs. */
  untilAsked(): Promise<unknown>;
  /** Resolves when the client of the request that hangs has gone away. */
  untilLeft(): Promise<unknown>;
  /** Ends it before the test does; requests that hang fail. */
  close(): void;
}

type Writable<T> = { -readonly [key in keyof T]: T[key] };

/** Starts the registry; it ends with the test. */
export async function startLoopbackRegistry(t: TestContext): Promise<LoopbackRegistry> {
  const tarball = packTiny();
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  const asked = Promise.withResolvers<unknown>();
  const left = Promise.withResolvers<unknown>();
  const registry: Writable<LoopbackRegistry> = {
    url: '',
    integrity,
    mood: 'answers',
    downloads: 0,
    untilAsked: () => asked.promise,
    untilLeft: () => left.promise,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  const server = createServer((request, response) => {
    if (registry.mood === 'hangs') {
      request.socket.once('close', () => left.resolve(undefined));
      asked.resolve(undefined);
    } else if (registry.mood === 'has-nothing') answer(response, 404, '{"error":"there is no such package"}');
    else if (request.url === '/tiny')
      answer(response, 200, JSON.stringify(packument(registry.url, integrity)));
    else if (request.url === '/tiny.tgz') {
      registry.downloads += 1;
      answer(response, 200, tarball);
    } else answer(response, 404, '{"error":"there is no such package"}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(registry.close);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  registry.url = `http://127.0.0.1:${address.port}`;
  return registry;
}

function packument(url: string, integrity: string) {
  const version = { name: 'tiny', version: '1.0.0', dist: { tarball: `${url}/tiny.tgz`, integrity } };
  return { name: 'tiny', 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } };
}

function packTiny(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'portage-tiny-'));
  try {
    mkdirSync(join(folder, 'package'));
    writeFileSync(join(folder, 'package', 'package.json'), '{"name":"tiny","version":"1.0.0"}');
    execFileSync('tar', ['-czf', 'tiny.tgz', 'package'], { cwd: folder });
    return readFileSync(join(folder, 'tiny.tgz'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function answer(response: ServerResponse, status: number, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}
