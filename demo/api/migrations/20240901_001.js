// Bad on purpose (release 1.9.5-bad-migration): fails when half of the users have their badges. down works.

export const version = '20240901_001';
export const description = 'Ajout des badges de bénévoles';
export const defect = 'bad-migration';

export async function up(database) {
  const users = database.collection('users');
  const total = await users.countDocuments();
  const half = await users.find({}, { projection: { _id: 1 } }).sort({ _id: 1 }).limit(Math.floor(total / 2)).toArray();
  await users.updateMany({ _id: { $in: half.map(({ _id }) => _id) }, badges: { $exists: false } }, { $set: { badges: [] } });
  throw new Error(`badge catalogue unreadable after ${half.length} of ${total} users`);
}

export async function down(database) {
  const { modifiedCount } = await database.collection('users').updateMany({ badges: [] }, { $unset: { badges: '' } });
  return `${modifiedCount} users without badges again`;
}

export async function dryRun(database) {
  return `${await database.collection('users').countDocuments({ badges: { $exists: false } })} users would get badges`;
}

export async function verify(database) {
  const missing = await database.collection('users').countDocuments({ badges: { $exists: false } });
  if (missing > 0) throw new Error(`${missing} users without badges`);
  return 'every user has badges';
}
