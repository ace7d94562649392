// Brings this officer's own pages onto the phone. Of each visit everything that may be wanted on site comes together or
// not at all: a visit is here whole, in one version, or as it was before.
import { Unsent, tasks } from './net.js';
import { draftsOf, entriesOf, isUnsent, REFUSED } from './outbox.js';
import { registered, user, version } from './phone.js';
import { bring } from './reader.js';
import { sweep } from './store.js';
import { tell } from './steps.js';

const SHELL = 'sjj-shell ', PAGES = 'sjj-pages ', PATIENCE = 20000, LIST = '/field/kept.json', TASKS = '/field/tasks.json';
const ALWAYS = ['/field/', '/field/outbox', '/field/scan', '/field/me'];
const AT_ONCE = 3, MOST_PICTURES = 60, MOST_BYTES = 3 * 1024 * 1024, STALE = 2 * 3600e3; // of one visit's pictures; of papers

export class Newer extends Error {}  // the server has another version of the app than this page

// What is wanted of a visit: the form (and the form of a correction), certificates, what the enterprise reads, papers.
function pagesOf(task) {
  const papers = '/papers/inspections/' + task.inspection, waits = task.state === 'awaiting_review';
  return {
    forms: [task.url].concat(waits ? [task.url + '?revise=1'] : []),
    papers: [task.url + '/certificates', task.url + '/for-enterprise', papers + '/notice', papers + '/record?blank=1']
  };
}

// A page of this officer's own, of this very version, from our server; anything else is not kept. null: there is none.
async function fetchPage(url) {
  const answer = await fetch(url, { credentials: 'same-origin', cache: 'no-store', redirect: 'error', headers: { Accept: 'text/html' } });
  if (answer.status === 404 && answer.headers.get('Content-Security-Policy')) return null;
  const whose = decodeURIComponent(answer.headers.get('X-Field-Page') || '');
  if (answer.status !== 200 || whose !== user || !/^text\/html\b/.test(answer.headers.get('Content-Type') || '')) throw new Unsent('strange answer');
  if (answer.headers.get('X-Field-Version') !== version) throw new Newer('');
  const made = answer.clone(), text = await answer.text();
  return { url: url, text: text, made: made };
}

// The pictures that a page shows from our server: an officer's photo, a code, the photos of a record to be corrected.
async function picturesOf(page, known) {
  const shown = new DOMParser().parseFromString(page.text, 'text/html').querySelectorAll('img[src^="/"]'), out = [];
  let room = MOST_BYTES;
  for (let i = 0; i < Math.min(shown.length, MOST_PICTURES); i++) {
    const url = shown[i].getAttribute('src');
    if (url.indexOf('/static/') === 0 || known.indexOf(url) >= 0 || out.some(function (one) { return one.url === url; })) continue;
    const answer = await fetch(url, { credentials: 'same-origin', redirect: 'error' });
    if (answer.status !== 200 || !/^image\//.test(answer.headers.get('Content-Type') || '')) continue; // its words must do
    const made = answer.clone();
    room -= (await answer.arrayBuffer()).byteLength;
    if (room >= 0) out.push({ url: url, made: made });
  }
  return out;
}

// `before`: what is here of it already. {at, stamp, urls} of what is here now.
async function visit(cache, task, before) {
  const wanted = pagesOf(task), stamp = [version, task.state, task.form_version, task.due].join(' ');
  const isFresh = before && before.stamp === stamp && Math.abs(Date.now() - before.at) < STALE;
  const made = [], papers = isFresh ? [] : wanted.papers, asked = wanted.forms.concat(papers);
  const kept = isFresh ? before.urls.filter(function (url) { return wanted.forms.indexOf(url) < 0; }) : [];
  for (let i = 0; i < asked.length; i++) {
    const page = await fetchPage(asked[i]);
    if (!page && !i) throw new Unsent('no form');
    if (page) made.push(page, ...await picturesOf(page, kept.concat(made.map(function (one) { return one.url; }))));
  }
  for (let i = 0; i < made.length; i++) await cache.put(made[i].url, made[i].made);
  return { at: isFresh ? before.at : Date.now(), stamp: stamp, urls: kept.concat(made.map(function (one) { return one.url; })) };
}

// Pages are of no use without the scripts and styles of their version: those must be here first.
export async function shellIsHere() {
  const registration = await registered;
  await navigator.serviceWorker.register('/field/worker.js', { scope: '/papers/inspections/' }).catch(function () { /* papers open on line */ });
  await registration.update().catch(function () { /* off line: what is here must do */ });
  const coming = registration.installing || registration.waiting;
  if (coming) {
    await new Promise(function (done) {
      coming.addEventListener('statechange', function () { if (coming.state === 'activated' || coming.state === 'redundant') done(); });
      setTimeout(done, PATIENCE);
    });
  }
  return await caches.has(SHELL + version) && Boolean(await (await caches.open(SHELL + version)).match('/field/offline'));
}

function json(what) { return new Response(JSON.stringify(what), { headers: { 'Content-Type': 'application/json' } }); }

// All of it; `progress(done, all)` meanwhile. {visits, failed}.
export async function download(progress) {
  const list = await tasks(), cache = await caches.open(PAGES + encodeURIComponent(user)), found = await cache.match(LIST);
  const before = found ? await found.json() : {}, now = {}, work = list.slice(), all = ALWAYS.length + list.length;
  let done = 0, failed = 0;
  const step = async function (act) {
    progress(done, all);
    try { await act(); } catch (error) { if (error.name === 'QuotaExceededError' || error instanceof Newer) throw error; failed++; }
    done++;
  };
  for (let i = 0; i < ALWAYS.length; i++) {
    await step(async function () { await cache.put(ALWAYS[i], (await fetchPage(ALWAYS[i])).made); });
  }
  await Promise.all(Array.from({ length: AT_ONCE }, async function () {
    for (let task = work.shift(); task; task = work.shift()) {
      if (before[task.inspection]) now[task.inspection] = before[task.inspection]; // as it was, unless all of it comes
      await step(async function () {
        now[task.inspection] = await visit(cache, task, before[task.inspection]);
        tell('fetched', task.inspection);
      });
    }
  }));
  try { await bring(await caches.open(SHELL + version)); } catch (error) { failed++; }
  await cache.put(TASKS, json(list));
  await sweep(3600e3);
  if (failed) await cache.put(LIST, json(Object.assign(before, now)));
  else await forgetOthers(cache, before, now);
  return { visits: list.length, failed: failed };
}

// Visits that are no longer this officer's go, unless the phone holds something of theirs that was not received. Old
// scripts go once no page here names them.
async function forgetOthers(cache, before, now) {
  const entries = (await entriesOf(user)).filter(function (one) { return isUnsent(one) || one.state === REFUSED; });
  (await draftsOf(user)).concat(entries).forEach(function (one) {
    if (!now[one.inspection] && before[one.inspection]) now[one.inspection] = before[one.inspection];
  });
  await cache.put(LIST, json(now));
  const visits = Object.keys(now), kept = await cache.keys();
  const stay = visits.reduce(function (all, one) { return all.concat(now[one].urls); }, ALWAYS.concat(LIST, TASKS));
  for (let i = 0; i < kept.length; i++) {
    const url = new URL(kept[i].url);
    if (stay.indexOf(url.pathname + url.search) < 0) await cache.delete(kept[i]);
  }
  const worker = (await registered).active;
  if (worker && visits.every(function (one) { return now[one].stamp.indexOf(version) === 0; })) worker.postMessage({ fresh: version });
}
