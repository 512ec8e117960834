import http from 'node:http';
import { config } from './config.js';
import { closeDatabase, waitForDatabase } from './database.js';
import { afterHealthy, requestFails, startDefect } from './defects.js';
import { HttpError } from './errors.js';
import { observe } from './metrics.js';
import { routes } from './routes.js';

const MAX_BODY_BYTES = 64 * 1024;

async function readBody(request) {
  if (request.method !== 'POST' && request.method !== 'PUT') return undefined;
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new HttpError(413, 'the body is too large');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new HttpError(400, 'the body is not JSON');
  }
}

function find(method, path) {
  const known = routes.filter((candidate) => candidate.pattern.test(path));
  if (known.length === 0) throw new HttpError(404, 'not found');
  const route = known.find((candidate) => candidate.method === method);
  if (!route) throw new HttpError(405, 'method not allowed');
  return { route, parameters: route.pattern.exec(path).slice(1) };
}

async function answer(request, seen) {
  const url = new URL(request.url, 'http://api');
  const { route, parameters } = find(request.method, url.pathname);
  seen.path = route.path;
  if (requestFails(url.pathname, request.headers)) throw new Error('defect');
  return route.answer({ query: url.searchParams, parameters, body: await readBody(request) });
}

function failure(error) {
  if (error instanceof HttpError) return { status: error.status, body: { error: error.message } };
  console.error(error.name, error.message);
  const away = /^Mongo(ServerSelection|Network|NotConnected|Topology)/.test(error.name);
  return { status: away ? 503 : 500, body: { error: away ? 'the database does not answer' : 'internal error' } };
}

async function handle(request, response) {
  const started = process.hrtime.bigint();
  const seen = { path: 'unknown' };
  const result = await answer(request, seen).catch(failure);
  const status = result.status ?? 200;
  const text = result.text ?? JSON.stringify(result.body);
  response.writeHead(status, {
    'content-type': result.text === undefined ? 'application/json; charset=utf-8' : 'text/plain; version=0.0.4',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(status === 413 ? { connection: 'close' } : {}),
  });
  response.end(text);
  observe(request.method, seen.path, status, Number(process.hrtime.bigint() - started) / 1e9);
  if (seen.path === '/health' && status === 200) afterHealthy();
}

const server = http.createServer((request, response) => {
  handle(request, response).catch((error) => {
    console.error(error.name, error.message);
    response.destroy();
  });
});
server.keepAliveTimeout = 65000;

// Ends when the requests in flight are answered; a connection kept alive by a busy client must not hold it up.
function stop(signal) {
  console.log(`${signal}: stopping`);
  server.close(() => closeDatabase().finally(() => process.exit(0)));
  setInterval(() => server.closeIdleConnections(), 20).unref();
  setTimeout(() => process.exit(0), 8000).unref();
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);

await startDefect();
server.listen(config.port, '0.0.0.0', () => console.log(`benevoclic-api ${config.version} listens on ${config.port}`));
await waitForDatabase();
