// The service worker of the phone pages. Before this text the server puts `self.SHELL = {version, assets, offline}`.
// Pages come from the server while it answers, else from what was downloaded; records never pass through here.
'use strict';
const SHELL = 'sjj-shell ' + self.SHELL.version, SHELLS = 'sjj-shell ', PAGES = 'sjj-pages ', PATIENCE = 4000;
const TYPES = { css: 'text/css', js: 'javascript', svg: 'image/svg+xml', json: 'json', '': 'text/html' };

function isWanted(url, answer) {
  const dot = new URL(url, self.location).pathname.match(/\.(\w+)$/);
  return answer.status === 200 && !answer.redirected && (answer.headers.get('Content-Type') || '').indexOf(TYPES[dot ? dot[1] : '']) >= 0;
}

async function fill() {
  const cache = await caches.open(SHELL);
  const keep = async function (url) {
    const answer = await fetch(url, { cache: 'no-cache', credentials: 'omit' });
    if (!isWanted(url, answer)) throw new Error('not ours: ' + url); // a network's own page: try again later
    await cache.put(url, answer);
  };
  await Promise.all(self.SHELL.assets.map(keep));
  await keep(self.SHELL.offline); // last: where it is, all of them are
}

self.addEventListener('install', function (event) {
  event.waitUntil(fill().then(function () { return self.skipWaiting(); }));
});
self.addEventListener('activate', function (event) { event.waitUntil(self.clients.claim()); });

// Downloaded pages name the assets of their own version: older ones go once every page is of this worker's version.
self.addEventListener('message', function (event) {
  if (!event.data || event.data.fresh !== self.SHELL.version) return;
  event.waitUntil(forget(function (name) { return name.indexOf(SHELLS) === 0 && name !== SHELL; }));
});

async function forget(test) {
  const names = await caches.keys();
  await Promise.all(names.filter(test).map(function (name) { return caches.delete(name); }));
}

self.addEventListener('fetch', function (event) {
  const asked = event.request, url = new URL(asked.url);
  if (asked.method !== 'GET' || url.origin !== self.location.origin) return;
  if (asked.mode === 'navigate' && url.pathname.indexOf('/field/') === 0) event.respondWith(page(event, url));
  else if (url.pathname.indexOf('/static/') === 0) event.respondWith(asset(asked));
});

async function asset(asked) {
  const kept = await caches.match(asked);
  if (kept) return kept;
  const answer = await fetch(asked);
  if (isWanted(asked.url, answer)) await (await caches.open(SHELL)).put(asked, answer.clone());
  return answer;
}

async function page(event, url) {
  const kept = await keptPage(url);
  const network = fetch(event.request).catch(function () { return null; });
  event.waitUntil(network.then(function (answer) { return answer && keep(url, answer.clone()); }));
  const answer = await (kept ? Promise.race([network, pause(PATIENCE)]) : network);
  if (answer && isOurs(answer)) return answer;
  const here = kept || await fromScan(url);
  if (!here) return answer || notHere();
  const isOnward = answer && answer.type === 'opaqueredirect' && await serverAnswers(); // such as to the sign-in
  return isOnward ? answer : here;
}

function pause(time) { return new Promise(function (done) { setTimeout(done, time, null); }); }
function isOurs(answer) { return answer.status === 200 && Boolean(answer.headers.get('X-Field-Page')); }

async function keptPage(url) {
  return /^\/field\/submissions\//.test(url.pathname) ? undefined : matchPage(url.pathname);
}

async function matchPage(path) {
  const names = (await caches.keys()).filter(function (name) { return name.indexOf(PAGES) === 0; });
  return names.length ? (await caches.open(names[0])).match(path) : undefined;
}

// Fresh copies of what is kept; another person's pages leave the phone as soon as somebody else uses it.
async function keep(url, answer) {
  if (!isOurs(answer)) return;
  const own = PAGES + answer.headers.get('X-Field-Page');
  await forget(function (name) { return name.indexOf(PAGES) === 0 && name !== own; });
  const isVisit = /^\/field\/inspections\/[0-9a-f-]{36}$/.test(url.pathname);
  if (!url.search && (isVisit || await matchPage(url.pathname))) await (await caches.open(own)).put(url.pathname, answer);
}

// A redirect of ours, or of a network that wants its own sign-in first? Our ping answers JSON in either case.
async function serverAnswers() {
  try {
    const answer = await fetch('/field/ping', { cache: 'no-store', redirect: 'error' });
    const said = await answer.json();
    return typeof said.csrf === 'string' || said.code === 'signed_out' || said.code === 'password_must_change';
  } catch (error) {
    return false;
  }
}

// An entity's code opened off line: the downloaded tasks know its token by its SHA-256.
async function fromScan(url) {
  const token = (url.pathname.match(/^\/field\/scan\/([^/]+)$/) || [])[1], tasks = token && await matchPage('/field/tasks.json');
  if (!tasks) return null;
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(decodeURIComponent(token))));
  const hash = Array.prototype.map.call(bytes, function (one) { return ('0' + one.toString(16)).slice(-2); }).join('');
  const task = (await tasks.json()).filter(function (one) { return one.token_sha256 === hash; })[0];
  return task ? Response.redirect(task.url + '#code=' + encodeURIComponent(url.href), 302) : null;
}

async function notHere() {
  const said = await caches.match(self.SHELL.offline);
  return said ? new Response(await said.blob(), { status: 503, headers: { 'Content-Type': 'text/html; charset=utf-8' } }) : Response.error();
}
