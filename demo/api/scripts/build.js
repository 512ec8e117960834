// npm run build: every source is compiled once, and what the release is made of is written to dist/manifest.json.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = ['src', 'scripts', 'checks', 'migrations']
  .flatMap((folder) => readdirSync(join(top, folder)).map((name) => join(top, folder, name)))
  .filter((path) => path.endsWith('.js'))
  .sort();

for (const path of sources) execFileSync(process.execPath, ['--check', path], { stdio: ['ignore', 'inherit', 'inherit'] });
await import('mongodb');

const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'));
const files = Object.fromEntries(
  sources.map((path) => [relative(top, path), createHash('sha256').update(readFileSync(path)).digest('hex')]),
);
const target = process.env.BUILD_DIR ?? join(top, 'dist');
mkdirSync(target, { recursive: true });
writeFileSync(join(target, 'manifest.json'), `${JSON.stringify({ version, files }, null, 2)}\n`);
console.log(`built ${sources.length} files into ${target}`);
