import { MongoClient } from 'mongodb';
import { config } from './config.js';

const client = new MongoClient(config.mongodbUri, {
  appName: `benevoclic-api ${config.version}`,
  serverSelectionTimeoutMS: 1500,
  connectTimeoutMS: 10000,
  socketTimeoutMS: 10000,
});

export const database = client.db(config.database);

const ping = (timeoutMS) => database.command({ ping: 1 }, { timeoutMS });

export async function databaseAnswers() {
  try {
    await ping(1500);
    return true;
  } catch {
    return false;
  }
}

// The service listens at once and says 503 until the database is there. A first connection may take its time on a busy machine.
export async function waitForDatabase() {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await ping(10000);
      break;
    } catch (error) {
      console.log(`database does not answer yet (attempt ${attempt}): ${error.name}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  console.log('database answers');
}

export const closeDatabase = () => client.close();
