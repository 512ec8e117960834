// Makes an empty mongod the demo's database: replica set, accounts, collections, data. Run again it changes nothing.
import { MongoClient } from 'mongodb';
import { seed } from './seed.js';

const { MONGODB_DATABASE: name = 'benevoclic', MONGODB_MEMBER: member = 'mongo:27017' } = process.env;
const ROOT = 'benevoclic_root';

function password(account) {
  const value = process.env[`MONGODB_${account}_PASSWORD`];
  if (!value) throw new Error(`MONGODB_${account}_PASSWORD is not set`);
  return value;
}

const connect = (auth) =>
  new MongoClient('mongodb://127.0.0.1:27017/?directConnection=true', { serverSelectionTimeoutMS: 20000, ...auth }).connect();

const asRoot = () => connect({ auth: { username: ROOT, password: password('ROOT') }, authSource: 'admin' });

async function waitForPrimary(client) {
  const deadline = performance.now() + 30000;
  while (!(await client.db('admin').command({ hello: 1 })).isWritablePrimary) {
    if (performance.now() > deadline) throw new Error('the replica set has no primary after 30 s');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

// The first account can only be made from localhost while there is none.
async function firstAccount() {
  const client = await connect({});
  try {
    const admin = client.db('admin');
    await admin.command({ replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host: member }] } }).catch((error) => {
      if (!['AlreadyInitialized', 'Unauthorized'].includes(error.codeName)) throw error;
    });
    await waitForPrimary(client);
    await admin.command({ createUser: ROOT, pwd: password('ROOT'), roles: ['root'] });
  } finally {
    await client.close();
  }
}

async function account(database, user, pwd, roles) {
  const { users } = await database.command({ usersInfo: user });
  if (users.length === 0) await database.command({ createUser: user, pwd, roles });
}

let empty = false;
let client = await asRoot().catch((error) => {
  if (error.codeName !== 'AuthenticationFailed') throw error;
});
if (!client) {
  await firstAccount();
  empty = true;
  client = await asRoot();
}
try {
  await waitForPrimary(client);
  await account(client.db(name), 'benevoclic_app', password('APP'), [{ role: 'readWrite', db: name }]);
  await account(client.db('admin'), 'benevoclic_updates', password('UPDATES'), [
    'backup', 'restore', 'clusterMonitor', 'readWriteAnyDatabase', 'dbAdminAnyDatabase',
  ]);
  console.log(empty || process.env.SEED ? await seed(client.db(name)) : 'the data is there');
} finally {
  await client.close();
}
