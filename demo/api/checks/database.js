// npm run test:database: the data is whole and the schema is what the code needs.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { MongoClient } from 'mongodb';
import { config } from '../src/config.js';

const client = new MongoClient(config.mongodbUri, { serverSelectionTimeoutMS: 5000 });
const database = client.db(config.database);
after(() => client.close());

const names = config.features.includes('names');
const INDEXES = {
  users: names ? ['email_1', 'name_1', 'city_1_name_1'] : ['email_1', 'city_1_lastName_1'],
  associations: ['registration_1', 'name_1'],
  announcements: ['date_-1__id_1', 'associationId_1_date_-1', 'tags_1'],
};

test('the database takes writes', async () => {
  assert.equal((await database.admin().command({ hello: 1 })).isWritablePrimary, true);
});

for (const [name, indexes] of Object.entries(INDEXES)) {
  test(`${name} has its indexes, its validator and documents that obey it`, async () => {
    const collection = database.collection(name);
    const present = (await collection.indexes()).map((index) => index.name);
    assert.deepEqual(indexes.filter((index) => !present.includes(index)), []);
    const [{ options }] = await database.listCollections({ name }).toArray();
    assert.ok(options.validator?.$jsonSchema, `${name} has no validator`);
    assert.equal(await collection.countDocuments({ $nor: [options.validator] }), 0);
    assert.ok((await collection.estimatedDocumentCount()) > 0, `${name} is empty`);
  });
}

test('users have the names that the release knows', async () => {
  const wrong = names ? { $or: [{ name: { $exists: false } }, { lastName: { $exists: true } }] } : { lastName: { $exists: false } };
  assert.equal(await database.collection('users').countDocuments(wrong), 0);
});

test('every announcement has its association', async () => {
  const orphans = await database.collection('announcements').aggregate([
    { $lookup: { from: 'associations', localField: 'associationId', foreignField: '_id', as: 'association' } },
    { $match: { association: { $size: 0 } } },
    { $limit: 3 },
    { $project: { _id: 1 } },
  ]).toArray();
  assert.deepEqual(orphans, []);
});

test('every user has notification preferences exactly once, when the release has them', async () => {
  if (!config.features.includes('preferences')) return;
  const owners = await database.collection('preferences').aggregate([
    { $match: { category: 'notifications' } }, { $group: { _id: '$userId', count: { $sum: 1 } } },
  ]).toArray();
  assert.equal(owners.length, await database.collection('users').countDocuments());
  assert.ok(owners.every(({ count }) => count === 1));
});
