import { MongoClient } from 'mongodb';
import { config } from './config.js';

const client = new MongoClient(config.mongodbUri, {
  appName: `benevoclic-api ${config.version}`,
  serverSelectionTimeoutMS: 1500,
  connectTimeoutMS: 1500,
  socketTimeoutMS: 10000,
});

export const database = client.db(config.database);

export async function databaseAnswers() {
  try {
    await database.command({ ping: 1 }, { timeoutMS: 1500 });
    return true;
  } catch {
    return false;
  }
}

// The service listens at once and says 503 until the database is there.
export async function waitForDatabase() {
  for (let attempt = 1; !(await databaseAnswers()); attempt += 1) {
    console.log(`database does not answer yet (attempt ${attempt})`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  console.log('database answers');
}

export const closeDatabase = () => client.close();
