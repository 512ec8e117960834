// npm run migrate:up | migrate:down | migrate:dry-run | migrate:verify
import { readdirSync } from 'node:fs';
import { MongoClient } from 'mongodb';
import { config } from '../src/config.js';

const LEDGER = 'schema_migrations';
const folder = new URL('../migrations/', import.meta.url);

const migrations = await Promise.all(
  readdirSync(folder).filter((name) => name.endsWith('.js')).sort().map((name) => import(new URL(name, folder))),
);

async function up(database, applied) {
  for (const migration of migrations.filter(({ version }) => !applied.has(version))) {
    const result = await migration.up(database);
    await database.collection(LEDGER).insertOne({
      _id: migration.version, description: migration.description, state: 'applied', appliedAt: new Date(), by: 'npm run migrate:up',
    });
    console.log(`${migration.version} up: ${result}`);
  }
}

async function down(database, applied) {
  const last = migrations.filter(({ version }) => applied.has(version)).at(-1);
  if (!last) return console.log('no migration to take back');
  const result = await last.down(database);
  await database.collection(LEDGER).deleteOne({ _id: last.version });
  return console.log(`${last.version} down: ${result}`);
}

async function dryRun(database, applied) {
  const pending = migrations.filter(({ version }) => !applied.has(version));
  for (const migration of pending) console.log(`${migration.version} pending: ${await migration.dryRun(database)}`);
  if (pending.length === 0) console.log('no migration pending');
}

async function verify(database, applied) {
  for (const migration of migrations) {
    if (!applied.has(migration.version)) throw new Error(`${migration.version} is not applied`);
    console.log(`${migration.version} verified: ${await migration.verify(database)}`);
  }
}

const verbs = { up, down, 'dry-run': dryRun, verify };
const verb = verbs[process.argv[2]];
if (!verb) {
  console.error(`usage: migrate.js ${Object.keys(verbs).join(' | ')}`);
  process.exit(2);
}

const client = new MongoClient(config.mongodbUri, { serverSelectionTimeoutMS: 5000 });
try {
  const database = client.db(config.database);
  const applied = new Set((await database.collection(LEDGER).find({ state: 'applied' }).toArray()).map(({ _id }) => _id));
  await verb(database, applied);
} catch (error) {
  console.error(`migrate:${process.argv[2]} failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await client.close();
}
