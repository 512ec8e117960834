// The manual's own example: every user gets notification preferences.

export const version = '20240815_001';
export const description = 'Ajout des préférences utilisateur';

const SETTINGS = { email: true, push: true, sms: false };
const BATCH = 1000;

async function addMissing(database) {
  const missing = database.collection('users').aggregate([
    { $lookup: { from: 'preferences', localField: '_id', foreignField: 'userId', as: 'own' } },
    { $match: { own: { $size: 0 } } },
    { $project: { _id: 1 } },
  ]);
  let batch = [];
  let added = 0;
  const flush = async () => {
    if (batch.length > 0) added += (await database.collection('preferences').insertMany(batch)).insertedCount;
    batch = [];
  };
  for await (const user of missing) {
    const now = new Date();
    // The same identity as in the migration of the updates: whichever comes second adds nothing.
    const identity = { userId: user._id, category: 'notifications' };
    batch.push({ _id: identity, ...identity, settings: { ...SETTINGS }, createdAt: now, updatedAt: now });
    if (batch.length === BATCH) await flush();
  }
  await flush();
  return added;
}

export async function up(database) {
  const preferences = database.collection('preferences');
  await preferences.createIndex({ userId: 1 });
  await preferences.createIndex({ category: 1 });
  return `${await addMissing(database)} documents added`;
}

export async function down(database) {
  const existed = await database.collection('preferences').drop().catch((error) => {
    if (error.codeName === 'NamespaceNotFound') return false;
    throw error;
  });
  return existed ? 'collection preferences dropped' : 'nothing to drop';
}

export async function dryRun(database) {
  const [users, owners] = await Promise.all([
    database.collection('users').countDocuments(),
    database.collection('preferences').distinct('userId'),
  ]);
  return `${users - owners.length} documents would be added`;
}

export async function verify(database) {
  const preferences = database.collection('preferences');
  const [users, owners, documents] = await Promise.all([
    database.collection('users').countDocuments(),
    preferences.distinct('userId'),
    preferences.countDocuments({ category: 'notifications' }),
  ]);
  if (owners.length !== users || documents !== users) {
    throw new Error(`${users} users, ${documents} preferences of ${owners.length} users`);
  }
  return `${documents} preferences for ${users} users`;
}
