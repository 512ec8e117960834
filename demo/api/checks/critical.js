// npm run test:critical: what volunteers need first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectJson } from './client.js';

test('the service is healthy, its database included', async () => {
  const health = await expectJson('/health');
  assert.equal(health.status, 'ok');
  assert.ok(health.uptime > 0);
});

test('the service says which version it is', async () => {
  const { version } = await expectJson('/api/version');
  assert.match(version, /^\d+\.\d+\.\d+/);
});

for (const name of ['users', 'associations', 'announcements']) {
  test(`${name} can be listed`, async () => {
    const { items, total } = await expectJson(`/api/${name}?limit=5`);
    assert.equal(items.length, 5);
    assert.ok(total >= 5);
  });
}
