// npm run test:regression: every route does what it did.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, expectJson } from './client.js';

const { features } = await expectJson('/api/version');

test('pages do not overlap and agree on the total', async () => {
  const first = await expectJson('/api/users?page=1&limit=10');
  const second = await expectJson('/api/users?page=2&limit=10');
  assert.equal(first.total, second.total);
  assert.equal(new Set([...first.items, ...second.items].map(({ _id }) => _id)).size, 20);
});

test('announcements belong to the association that was asked for, newest first', async () => {
  const [{ associationId }] = (await expectJson('/api/announcements?limit=1')).items;
  const { items } = await expectJson(`/api/announcements?associationId=${associationId}`);
  assert.ok(items.length > 0);
  assert.ok(items.every((item) => item.associationId === associationId));
  assert.deepEqual(items.map(({ date }) => date), items.map(({ date }) => date).sort().reverse());
});

test('an announcement can be published, read and taken back', async () => {
  const [association] = (await expectJson('/api/associations?limit=1')).items;
  const title = `Vérification ${process.pid} ${Date.now()}`;
  const created = await expectJson('/api/announcements', 201, { method: 'POST', json: { title, associationId: association._id } });
  try {
    assert.equal((await expectJson(`/api/announcements/${created._id}`)).title, title);
  } finally {
    await expectJson(`/api/announcements/${created._id}`, 200, { method: 'DELETE' });
  }
  await expectJson(`/api/announcements/${created._id}`, 404);
});

test('an announcement without a known association is refused', async () => {
  await expectJson('/api/announcements', 400, { method: 'POST', json: { title: 'Sans association' } });
  await expectJson('/api/announcements', 400, { method: 'POST', json: { title: 'Inconnue', associationId: 'f'.repeat(24) } });
});

test('bad pages are refused', async () => {
  for (const query of ['limit=0', 'limit=101', 'page=x', 'unknown=1']) await expectJson(`/api/users?${query}`, 400);
});

test('metrics count the requests', async () => {
  const count = async () => {
    const found = /^http_requests_total\{method="GET",path="\/api\/associations",status="200"\} (\d+)$/m.exec((await call('/metrics')).text);
    return Number(found?.[1] ?? 0);
  };
  const before = await count();
  await expectJson('/api/associations');
  assert.ok((await count()) > before);
});

test('preferences are there when the release has them, and only then', async () => {
  const [user] = (await expectJson('/api/users?limit=1')).items;
  const path = `/api/users/${user._id}/preferences`;
  if (!features.includes('preferences')) {
    await expectJson(path, 404);
    return;
  }
  const [{ category, settings }] = (await expectJson(path)).items;
  assert.equal(category, 'notifications');
  const changed = await expectJson(path, 200, { method: 'PUT', json: { category, settings: { sms: !settings.sms } } });
  assert.equal(changed.items[0].settings.sms, !settings.sms);
  await expectJson(path, 200, { method: 'PUT', json: { category, settings } });
  assert.deepEqual((await expectJson(path)).items[0].settings, settings);
});

test('users can be found by the beginning of their name when the release has it, and only then', async () => {
  const [user] = (await expectJson('/api/users?limit=1')).items;
  if (!features.includes('names')) {
    assert.ok(user.firstName && user.lastName);
    await expectJson('/api/users?name=Camille', 400);
    return;
  }
  const { items, total } = await expectJson(`/api/users?name=${encodeURIComponent(user.name.slice(0, 5))}`);
  assert.ok(total > 0);
  assert.ok(items.every(({ name }) => name.startsWith(user.name.slice(0, 5))));
});
