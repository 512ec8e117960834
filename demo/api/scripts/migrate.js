// npm run migrate:up | migrate:down | migrate:dry-run | migrate:verify
//
// The developers' tool: every migration tells by the data whether it is applied and can be run again. The updates keep
// their own account, in the collection benevoclic_migrations; what they applied is taken back by them, not here.
import { readdirSync } from 'node:fs';
import { MongoClient } from 'mongodb';
import { config } from '../src/config.js';

const LEDGER = 'benevoclic_migrations';
const folder = new URL('../migrations/', import.meta.url);

const migrations = await Promise.all(
  readdirSync(folder).filter((name) => name.endsWith('.js')).sort().map((name) => import(new URL(name, folder))),
);

async function each(list, label, act) {
  for (const migration of list) console.log(`${migration.version} ${label}: ${await act(migration)}`);
}

const up = (database) => each(migrations, 'up', (migration) => migration.up(database));

async function down(database) {
  const last = migrations.at(-1);
  if (await database.collection(LEDGER).findOne({ _id: last.version })) {
    throw new Error(`${last.version} was applied by an update: the rollback playbook takes it back`);
  }
  await each([last], 'down', (migration) => migration.down(database));
}

const dryRun = (database) => each(migrations, 'dry run', (migration) => migration.dryRun(database));

const verify = (database) => each(migrations, 'verified', (migration) => migration.verify(database));

const verbs = { up, down, 'dry-run': dryRun, verify };
const verb = verbs[process.argv[2]];
if (!verb) {
  console.error(`usage: migrate.js ${Object.keys(verbs).join(' | ')}`);
  process.exit(2);
}

const client = new MongoClient(config.mongodbUri, { serverSelectionTimeoutMS: 5000 });
try {
  await verb(client.db(config.database));
} catch (error) {
  console.error(`migrate:${process.argv[2]} failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await client.close();
}
