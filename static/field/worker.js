// The service worker of the phone pages. Before this text the server puts `self.SHELL = {version, assets, offline}`.
// Pages come from the server while it answers, else from what was downloaded; records never pass through here.
'use strict';
const SHELL = 'sjj-shell ' + self.SHELL.version, SHELLS = 'sjj-shell ', PAGES = 'sjj-pages ', PATIENCE = 4000;
const TYPES = { css: 'text/css', js: 'javascript', svg: 'image/svg+xml', json: 'json', wasm: 'application/wasm', '': 'text/html' };
const HOME = /^\/(field|papers)\//;

function isWanted(url, answer) {
  const dot = new URL(url, self.location).pathname.match(/\.(\w+)$/);
  return answer.status === 200 && !answer.redirected && (answer.headers.get('Content-Type') || '').indexOf(TYPES[dot ? dot[1] : '']) >= 0;
}

async function fill() {
  const cache = await caches.open(SHELL);
  const keep = async function (url) {
    if (url !== self.SHELL.offline && await cache.match(url)) return; // the address of an asset changes with its content
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
// A record that was received may have to be corrected where there is no signal: the form for that comes at once.
self.addEventListener('message', function (event) {
  const said = event.data || {};
  if (said.fresh === self.SHELL.version) event.waitUntil(forget(function (name) { return name.indexOf(SHELLS) === 0 && name !== SHELL; }));
  if (said.received) event.waitUntil(bringCorrection(new URL(said.received, self.location)));
});

async function bringCorrection(url) {
  url.search = '?revise=1';
  const answer = await matchPage(url.pathname) && await fetch(url.href, { credentials: 'same-origin', redirect: 'error' }).catch(function () { return null; });
  if (answer) await keep(url, answer);
}

async function forget(test) {
  const names = await caches.keys();
  await Promise.all(names.filter(test).map(function (name) { return caches.delete(name); }));
}

self.addEventListener('fetch', function (event) {
  const asked = event.request, url = new URL(asked.url);
  if (asked.method !== 'GET' || url.origin !== self.location.origin) return;
  if (asked.mode === 'navigate' && HOME.test(url.pathname)) event.respondWith(page(event, url));
  else if (asked.destination === 'image' && HOME.test(url.pathname)) event.respondWith(picture(asked, url));
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

// A form to correct by stands in for itself or is the form; a paper that was not downloaded filled in is here for ink.
async function keptPage(url) {
  if (/^\/field\/submissions\//.test(url.pathname)) return undefined;
  const key = keyOf(url), other = url.search ? url.pathname : /^\/papers\/.*\/record$/.test(url.pathname) && url.pathname + '?blank=1';
  return key && await matchPage(key) || other && matchPage(other) || undefined;
}

// What a page is kept as; '' for none: most queries are of the moment.
function keyOf(url) {
  return !url.search || url.search === '?revise=1' || url.search === '?blank=1' ? url.pathname + url.search : '';
}

async function matchPage(path) {
  const names = (await caches.keys()).filter(function (name) { return name.indexOf(PAGES) === 0; });
  return names.length ? (await caches.open(names[0])).match(path) : undefined;
}

// A picture of a downloaded page: its address says which, so what is here is right.
async function picture(asked, url) {
  return await matchPage(url.pathname + url.search) || fetch(asked);
}

async function isWhole(shell) {
  return await caches.has(shell) && Boolean(await (await caches.open(shell)).match(self.SHELL.offline));
}

// Fresh copies of what is kept; another person's pages leave the phone as soon as somebody else uses it.
async function keep(url, answer) {
  if (!isOurs(answer)) return;
  const its = answer.headers.get('X-Field-Version');
  if (its && !await isWhole(SHELLS + its)) return; // its scripts and styles are not all here
  const own = PAGES + answer.headers.get('X-Field-Page');
  await forget(function (name) { return name.indexOf(PAGES) === 0 && name !== own; });
  const isVisit = /^\/field\/inspections\/[0-9a-f-]{36}$/.test(url.pathname) && url.search !== '?blank=1', key = keyOf(url);
  if (key && (isVisit || await matchPage(key))) await (await caches.open(own)).put(key, answer);
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
  const task = (await tasks.json()).filter(function (one) { return one.token_sha256 === hash || (one.older_tokens_sha256 || []).indexOf(hash) >= 0; })[0];
  return task ? Response.redirect(task.url + '#code=' + encodeURIComponent(url.href), 302) : null;
}

async function notHere() {
  const said = await caches.match(self.SHELL.offline);
  return said ? new Response(await said.blob(), { status: 503, headers: { 'Content-Type': 'text/html; charset=utf-8' } }) : Response.error();
}
