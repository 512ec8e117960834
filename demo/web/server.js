// The web front end: one page rendered here from the API's data, which says its own version.
import http from 'node:http';

const { APP_VERSION: version = '0.0.0', PORT: port = '5482', API_URL: apiUrl = 'http://api:3000' } = process.env;

const escape = (text) => String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

async function latestAnnouncements() {
  const response = await fetch(`${apiUrl}/api/announcements?limit=10`, { signal: AbortSignal.timeout(3000) });
  if (!response.ok) throw new Error(`the API answered ${response.status}`);
  return (await response.json()).items;
}

const announcement = ({ title, places, date }) =>
  `<li><strong>${escape(title)}</strong> <span>${escape(places)} places, <time>${escape(String(date).slice(0, 10))}</time></span></li>`;

const document = (content) => `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="version" content="${escape(version)}">
<title>Benevoclic</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #1d2733; }
h1 { color: #0b6e4f; } li { margin: .4rem 0; } li span, footer { color: #5b6875; }
</style>
</head>
<body>
<h1>Benevoclic</h1>
${content}
<footer>Version ${escape(version)}</footer>
</body>
</html>
`;

async function home() {
  const items = await latestAnnouncements().catch((error) => {
    console.error(error.message);
    return null;
  });
  if (!items) return { status: 503, body: document('<p>Le service est momentanément indisponible.</p>') };
  return { status: 200, body: document(`<h2>Dernières annonces</h2>\n<ul>\n${items.map(announcement).join('\n')}\n</ul>`) };
}

async function answer(path) {
  if (path === '/') return { type: 'text/html; charset=utf-8', ...(await home()) };
  if (path === '/health') return { type: 'application/json', status: 200, body: JSON.stringify({ status: 'ok', uptime: process.uptime() }) };
  if (path === '/version') return { type: 'application/json', status: 200, body: JSON.stringify({ version }) };
  return { type: 'text/plain; charset=utf-8', status: 404, body: 'introuvable\n' };
}

const server = http.createServer(async (request, response) => {
  const { type, status, body } = await answer(new URL(request.url, 'http://web').pathname);
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' });
  response.end(body);
});
server.keepAliveTimeout = 65000;

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    setInterval(() => server.closeIdleConnections(), 20).unref();
    setTimeout(() => process.exit(0), 8000).unref();
  });
}
server.listen(Number(port), '0.0.0.0', () => console.log(`benevoclic-web ${version} listens on ${port}`));
