// npm run migrate:up | migrate:down | migrate:dry-run | migrate:verify, each with -- --target VERSION or MIGRATION_TARGET
//
// A target is a state: up applies what it still lacks, down takes back what is beyond it (none: everything). Without one,
// up means the newest and down the last. Every migration tells by the data whether it is applied and can be run again.
// The updates keep their own account, in the collection benevoclic_migrations; what they applied with migration files of
// their own is taken back by them, not here.
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { MongoClient } from 'mongodb';
import { config } from '../src/config.js';

const LEDGER = 'benevoclic_migrations';
const folder = new URL('../migrations/', import.meta.url);

const every = await Promise.all(
  readdirSync(folder).filter((name) => name.endsWith('.js')).sort().map((name) => import(new URL(name, folder))),
);
const migrations = every.filter(({ defect }) => !defect || defect === config.defect);

async function each(list, label, act) {
  for (const migration of list) console.log(`${migration.version} ${label}: ${await act(migration)}`);
}

function upTo(target) {
  if (target === 'none') return [];
  if (!target || target === 'latest') return migrations;
  const place = migrations.findIndex(({ version }) => version === target);
  if (place < 0) throw new Error(`no migration ${target} here: ${migrations.map(({ version }) => version).join(', ')}`);
  return migrations.slice(0, place + 1);
}

const up = (database, target) => each(upTo(target), 'up', (migration) => migration.up(database));

async function down(database, target) {
  const beyond = target ? migrations.slice(upTo(target).length) : migrations.slice(-1);
  for (const { version } of beyond) {
    if (await database.collection(LEDGER).findOne({ _id: version, origin: { $ne: 'command' } })) {
      throw new Error(`${version} was applied by an update: the rollback playbook takes it back`);
    }
  }
  await each(beyond.reverse(), 'down', (migration) => migration.down(database));
}

const dryRun = (database, target) => each(upTo(target), 'dry run', (migration) => migration.dryRun(database));

const verify = (database, target) => each(upTo(target), 'verified', (migration) => migration.verify(database));

const verbs = { up, down, 'dry-run': dryRun, verify };

function asked() {
  try {
    const { values, positionals } = parseArgs({ options: { target: { type: 'string' } }, allowPositionals: true });
    const [verb, ...others] = positionals;
    return others.length === 0 ? { verb, target: values.target ?? process.env.MIGRATION_TARGET } : {};
  } catch {
    return {};
  }
}

const { verb, target } = asked();
if (!verbs[verb]) {
  console.error(`usage: migrate.js ${Object.keys(verbs).join(' | ')} [--target VERSION]`);
  process.exit(2);
}

const client = new MongoClient(config.mongodbUri, { serverSelectionTimeoutMS: 5000 });
try {
  await verbs[verb](client.db(config.database), target);
} catch (error) {
  console.error(`migrate:${verb} failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await client.close();
}
