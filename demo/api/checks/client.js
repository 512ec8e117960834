// What the checks share: the running stack's address, and JSON over HTTP.
import assert from 'node:assert/strict';

export const apiUrl = (process.env.API_URL ?? `http://127.0.0.1:${process.env.PORT ?? 3000}`).replace(/\/$/, '');

export async function call(path, options = {}) {
  const body = options.json === undefined ? options.body : JSON.stringify(options.json);
  const response = await fetch(apiUrl + path, {
    signal: AbortSignal.timeout(10000), method: options.method ?? 'GET', body, headers: { 'content-type': 'application/json' },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
}

export async function expectJson(path, status = 200, options = {}) {
  const response = await call(path, options);
  assert.equal(response.status, status, `${options.method ?? 'GET'} ${path} answered ${response.status}: ${response.text.slice(0, 200)}`);
  return response.json();
}
