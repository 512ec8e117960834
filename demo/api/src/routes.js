import { ObjectId } from 'mongodb';
import { config } from './config.js';
import { database, databaseAnswers } from './database.js';
import { healthDefect } from './defects.js';
import { HttpError } from './errors.js';
import * as metrics from './metrics.js';

const users = database.collection('users');
const associations = database.collection('associations');
const announcements = database.collection('announcements');
const preferences = database.collection('preferences');

async function health() {
  const status = healthDefect() ? 500 : (await databaseAnswers()) ? 200 : 503;
  return {
    status,
    body: {
      status: status === 200 ? 'ok' : 'error',
      timestamp: new Date().toISOString(),
      uptime: process.uptime(),
      environment: config.environment,
    },
  };
}

const version = () => ({
  body: { version: config.defect === 'wrong-version' ? '1.1.0' : config.version, features: config.features },
});

function whole(query, name, fallback, maximum) {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= maximum)) throw new HttpError(400, `${name} must be a whole number from 1 to ${maximum}`);
  return value;
}

function identifier(text) {
  if (!/^[0-9a-f]{24}$/.test(text)) throw new HttpError(400, 'the identifier must have 24 hexadecimal digits');
  return new ObjectId(text);
}

async function page(collection, query, filter, sort, projection) {
  for (const name of query.keys()) {
    if (!['page', 'limit', 'associationId'].includes(name)) throw new HttpError(400, `unknown parameter ${name}`);
  }
  const limit = whole(query, 'limit', 20, 100);
  const number = whole(query, 'page', 1, 100000);
  const [items, total] = await Promise.all([
    collection.find(filter, { projection }).sort(sort).skip((number - 1) * limit).limit(limit).toArray(),
    collection.countDocuments(filter),
  ]);
  return { body: { items, page: number, limit, total } };
}

// One name instead of first and last name: the schema that migration 20260110_001 makes.
const listUsersByName = ({ query }) => {
  const name = query.get('name');
  query.delete('name');
  if (name === null) return listUsers({ query });
  if (name.length < 2 || name.length > 80) throw new HttpError(400, 'name must have 2 to 80 characters');
  const start = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return page(users, query, { name: { $regex: `^${start}` } }, { name: 1, _id: 1 }, { passwordHash: 0 });
};
const listUsers = ({ query }) => page(users, query, {}, { _id: 1 }, { passwordHash: 0 });
const listAssociations = ({ query }) => page(associations, query, {}, { name: 1 });
const listAnnouncements = ({ query }) => {
  const association = query.get('associationId');
  return page(announcements, query, association ? { associationId: identifier(association) } : {}, { date: -1, _id: 1 });
};

async function knownUser(id) {
  const user = await users.findOne({ _id: identifier(id) }, { projection: { _id: 1 } });
  if (!user) throw new HttpError(404, 'no such user');
  return user._id;
}

async function readPreferences({ parameters }) {
  const userId = await knownUser(parameters[0]);
  const items = await preferences.find({ userId }, { projection: { userId: 0 } }).sort({ category: 1 }).toArray();
  if (items.length === 0) throw new HttpError(404, 'this user has no preferences');
  return { body: { userId, items } };
}

async function writePreferences({ parameters, body }) {
  const userId = await knownUser(parameters[0]);
  const settings = body?.settings;
  if (body?.category !== 'notifications' || settings === null || typeof settings !== 'object') {
    throw new HttpError(400, 'expected {"category": "notifications", "settings": {"email", "push", "sms"}}');
  }
  for (const [name, value] of Object.entries(settings)) {
    if (!['email', 'push', 'sms'].includes(name) || typeof value !== 'boolean') {
      throw new HttpError(400, 'settings are email, push and sms, each true or false');
    }
  }
  const changes = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`settings.${name}`, value]));
  const found = await preferences.findOneAndUpdate(
    { userId, category: 'notifications' },
    { $set: { ...changes, updatedAt: new Date() } },
    { returnDocument: 'after', projection: { userId: 0 } },
  );
  if (!found) throw new HttpError(404, 'this user has no preferences');
  return { body: { userId, items: [found] } };
}

async function createAnnouncement({ body }) {
  const title = body?.title;
  if (typeof title !== 'string' || title.length < 3 || title.length > 120) {
    throw new HttpError(400, 'title must be a text of 3 to 120 characters');
  }
  const associationId = identifier(String(body.associationId ?? ''));
  if (!(await associations.findOne({ _id: associationId }, { projection: { _id: 1 } }))) {
    throw new HttpError(400, 'no such association');
  }
  const now = new Date();
  const announcement = {
    title, associationId, description: String(body.description ?? '').slice(0, 2000),
    date: now, places: 1, tags: [], createdAt: now,
  };
  const { insertedId } = await announcements.insertOne(announcement, { writeConcern: { w: 'majority' } });
  return { status: 201, body: { ...announcement, _id: insertedId } };
}

async function oneAnnouncement({ parameters }) {
  const found = await announcements.findOne({ _id: identifier(parameters[0]) });
  if (!found) throw new HttpError(404, 'no such announcement');
  return { body: found };
}

async function deleteAnnouncement({ parameters }) {
  const { deletedCount } = await announcements.deleteOne({ _id: identifier(parameters[0]) });
  if (deletedCount === 0) throw new HttpError(404, 'no such announcement');
  return { body: { deleted: parameters[0] } };
}

const ID = '([^/]+)';
const route = (method, path, answer) => ({ method, path, pattern: new RegExp(`^${path.replaceAll(':id', ID)}$`), answer });

export const routes = [
  route('GET', '/health', health),
  route('GET', '/metrics', () => ({ text: metrics.render() })),
  route('GET', '/api/version', version),
  route('GET', '/api/users', config.features.includes('names') ? listUsersByName : listUsers),
  route('GET', '/api/associations', listAssociations),
  route('GET', '/api/announcements', listAnnouncements),
  route('POST', '/api/announcements', createAnnouncement),
  route('GET', '/api/announcements/:id', oneAnnouncement),
  route('DELETE', '/api/announcements/:id', deleteAnnouncement),
];

if (config.features.includes('preferences')) {
  routes.push(
    route('GET', '/api/users/:id/preferences', readPreferences),
    route('PUT', '/api/users/:id/preferences', writePreferences),
  );
}
