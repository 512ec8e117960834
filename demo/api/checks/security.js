// npm run test:security: what must stay closed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MongoClient } from 'mongodb';
import { config } from '../src/config.js';
import { call, expectJson } from './client.js';

test('answers carry the protective headers and do not name the software', async () => {
  const { headers } = await call('/api/users?limit=1');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('x-frame-options'), 'DENY');
  assert.equal(headers.get('x-powered-by'), null);
});

test('users are listed without their password hashes', async () => {
  const { items } = await expectJson('/api/users?limit=100');
  assert.ok(items.length > 0 && items.every((item) => !('passwordHash' in item)));
});

test('query operators are not passed to the database', async () => {
  await expectJson('/api/users?limit[$gt]=1', 400);
  await expectJson('/api/announcements?associationId[$ne]=1', 400);
  await expectJson('/api/announcements', 400, { method: 'POST', json: { title: { $ne: null }, associationId: { $ne: null } } });
});

test('errors say nothing about the inside', async () => {
  const { status, text } = await call('/api/announcements', { method: 'POST', body: '{' });
  assert.equal(status, 400);
  assert.doesNotMatch(text, /node:|\.js|mongodb:/);
  await expectJson('/../../etc/passwd', 404);
});

test('bodies that are too large are refused', async () => {
  const { status } = await call('/api/announcements', { method: 'POST', json: { title: 'x'.repeat(200000) } });
  assert.equal(status, 413);
});

test('the database refuses who has no account', async () => {
  const address = config.mongodbUri.replace(/\/\/[^@/]*@/, '//').replace(/authSource=[^&]*&?/, '');
  const client = new MongoClient(address, { serverSelectionTimeoutMS: 5000 });
  try {
    await assert.rejects(client.db(config.database).collection('users').findOne({}), { codeName: 'Unauthorized' });
  } finally {
    await client.close();
  }
});
