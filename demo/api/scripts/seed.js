// The demo's data: the same documents each time.
import { createHash } from 'node:crypto';
import { ObjectId } from 'mongodb';

const COUNTS = { users: 3000, associations: 200, announcements: 1500 };
const FIRST = ['Camille', 'Louise', 'Hugo', 'Inès', 'Léo', 'Jade', 'Adam', 'Zoé', 'Noé', 'Anaïs', 'Malik', 'Chloé', 'Rayan', 'Éloïse'];
const LAST = ['Martin', 'Bernard', 'Dubois', 'Thomas', 'Robert', 'Richard', 'Petit', 'Durand', 'Lefèvre', 'Moreau', 'Haddad', 'Nguyen'];
const CITIES = ['Lyon', 'Paris', 'Lille', 'Nantes', 'Marseille', 'Strasbourg', 'Rennes', 'Toulouse', 'Nîmes', 'Besançon'];
const CAUSES = ['Secours alimentaire', 'Aide aux devoirs', 'Nettoyage des berges', 'Visites aux aînés', 'Refuge animal', 'Atelier vélo'];
const TAGS = ['urgent', 'week-end', 'débutant', 'famille', 'extérieur', 'distance'];
const EPOCH = Date.UTC(2024, 0, 1);
const HOUR = 3600 * 1000;

const pick = (list, number) => list[number % list.length];
const objectId = (kind, number) => new ObjectId(`65920080${kind.toString(16).padStart(8, '0')}${number.toString(16).padStart(8, '0')}`);
const digest = (text) => createHash('sha256').update(text).digest('hex');
const range = (count, make) => Array.from({ length: count }, (_, number) => make(number));

const user = (number) => ({
  _id: objectId(1, number),
  email: `benevole${number}@example.org`,
  firstName: pick(FIRST, number * 7),
  lastName: pick(LAST, number * 5 + 3),
  city: pick(CITIES, number * 3),
  role: number % 100 === 0 ? 'manager' : 'volunteer',
  passwordHash: digest(`password ${number}`),
  createdAt: new Date(EPOCH + number * HOUR),
});

const association = (number) => ({
  _id: objectId(2, number),
  name: `${pick(CAUSES, number)} ${pick(CITIES, number)} ${String(number).padStart(3, '0')}`,
  city: pick(CITIES, number),
  registration: `W${String(690000000 + number)}`,
  managerId: objectId(1, (number * 100) % COUNTS.users),
  createdAt: new Date(EPOCH + number * 12 * HOUR),
});

const announcement = (number) => ({
  _id: objectId(3, number),
  title: `${pick(CAUSES, number)} : mission ${number}`,
  description: `Nous cherchons ${1 + (number % 12)} bénévoles à ${pick(CITIES, number * 3)}. `.repeat(1 + (number % 5)),
  associationId: objectId(2, number % COUNTS.associations),
  date: new Date(EPOCH + number * 7 * HOUR),
  places: 1 + (number % 12),
  tags: range(number % 4, (index) => pick(TAGS, number + index)),
  createdAt: new Date(EPOCH + number * 6 * HOUR),
});

const text = { bsonType: 'string', minLength: 1 };
const date = { bsonType: 'date' };
const schema = (required, properties) => ({ $jsonSchema: { bsonType: 'object', required, properties } });

const COLLECTIONS = {
  users: {
    make: user,
    validator: schema(['email', 'firstName', 'lastName', 'role', 'createdAt'], {
      email: { bsonType: 'string', pattern: '^[^@\\s]+@[^@\\s]+$' },
      firstName: text, lastName: text, role: { enum: ['volunteer', 'manager', 'admin'] }, createdAt: date,
    }),
    indexes: [{ key: { email: 1 }, name: 'email_1', unique: true }, { key: { city: 1, lastName: 1 }, name: 'city_1_lastName_1' }],
  },
  associations: {
    make: association,
    validator: schema(['name', 'registration', 'managerId'], { name: text, registration: text, managerId: { bsonType: 'objectId' } }),
    indexes: [{ key: { registration: 1 }, name: 'registration_1', unique: true }, { key: { name: 1 }, name: 'name_1' }],
  },
  announcements: {
    make: announcement,
    validator: schema(['title', 'associationId', 'date'], {
      title: { bsonType: 'string', minLength: 3, maxLength: 120 }, associationId: { bsonType: 'objectId' }, date,
    }),
    indexes: [
      { key: { date: -1, _id: 1 }, name: 'date_-1__id_1' },
      { key: { associationId: 1, date: -1 }, name: 'associationId_1_date_-1' },
      { key: { tags: 1 }, name: 'tags_1' },
    ],
  },
};

async function addMissing(collection, documents) {
  const present = new Set((await collection.find({}, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id.toHexString()));
  const missing = documents.filter(({ _id }) => !present.has(_id.toHexString()));
  if (missing.length > 0) await collection.insertMany(missing, { writeConcern: { w: 'majority' } });
  return missing.length;
}

export async function seed(database) {
  const existing = new Set((await database.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name));
  const lines = [];
  for (const [name, { make, validator, indexes }] of Object.entries(COLLECTIONS)) {
    if (!existing.has(name)) await database.createCollection(name, { validator });
    await database.collection(name).createIndexes(indexes);
    const added = await addMissing(database.collection(name), range(COUNTS[name], make));
    if (added > 0) lines.push(`${added} ${name}`);
  }
  return lines.length > 0 ? `seeded ${lines.join(', ')}` : 'the data is there';
}
