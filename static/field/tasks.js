// The task list: brings this officer's own pages onto the phone, says how far it is, and marks each task with what
// the phone itself holds of it.
import { Unsent, tasks } from './net.js';
import { draftsOf, entriesOf, REFUSED, stateOf } from './outbox.js';
import { askToStay, canOpenOffline, registered, user, version } from './phone.js';

const SHELL = 'sjj-shell ', PAGES = 'sjj-pages ', PATIENCE = 20000, ALWAYS = ['/field/', '/field/outbox', '/field/scan', '/field/me'];
const box = document.querySelector('[data-download]'), bar = box.querySelector('progress');
const title = box.querySelector('b'), text = box.querySelector('p'), again = box.querySelector('button');

function say(kind, head, more, retry) {
  box.hidden = false;
  box.className = 'notice js-only ' + kind;
  title.textContent = head;
  text.textContent = more;
  again.hidden = !retry;
  bar.hidden = true;
}

// A page of this officer's, from our server; anything else is not kept.
async function fetchPage(url) {
  const answer = await fetch(url, { credentials: 'same-origin', cache: 'no-store', redirect: 'error', headers: { Accept: 'text/html' } });
  const whose = decodeURIComponent(answer.headers.get('X-Field-Page') || '');
  if (answer.status !== 200 || whose !== user || !/^text\/html\b/.test(answer.headers.get('Content-Type') || '')) throw new Unsent('strange answer');
  return answer;
}

// Pages are of no use without the scripts and styles of their version: those must be here first.
async function shellIsHere() {
  const registration = await registered;
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

async function download() {
  const list = await tasks(), cache = await caches.open(PAGES + encodeURIComponent(user));
  const wanted = ALWAYS.concat(list.map(function (one) { return one.url; }));
  let done = 0, failed = 0;
  bar.max = wanted.length;
  for (let i = 0; i < wanted.length; i++) {
    title.textContent = '正在下载到手机（' + done + ' / ' + wanted.length + '）';
    say('', title.textContent, '', false);
    bar.hidden = false;
    bar.value = i;
    try {
      await cache.put(wanted[i], await fetchPage(wanted[i]));
      done++;
    } catch (error) {
      if (error.name === 'QuotaExceededError') throw error;
      failed++;
    }
  }
  await cache.put('/field/tasks.json', new Response(JSON.stringify(list), { headers: { 'Content-Type': 'application/json' } }));
  await forgetOthers(cache, wanted);
  const worker = (await registered).active;
  if (worker && !failed) worker.postMessage({ fresh: version });
  if (failed) return say('warn', '有 ' + failed + ' 页没有下载成', '请在有信号的地方再试一次，然后出发。', true);
  const clock = new Date(Date.now() + 8 * 3600e3).toISOString().slice(11, 16);
  say('ok', '已下载到手机：' + list.length + ' 户', clock + ' 更新。没有信号也能打开和填写。', false);
}

// Visits that are no longer this officer's go, unless the phone holds something of theirs.
async function forgetOthers(cache, wanted) {
  const mine = (await draftsOf(user)).concat(await entriesOf(user)).map(function (one) { return one.inspection; });
  const kept = await cache.keys();
  for (let i = 0; i < kept.length; i++) {
    const path = new URL(kept[i].url).pathname, visit = path.split('/').pop();
    if (/^\/field\/inspections\//.test(path) && wanted.indexOf(path) < 0 && mine.indexOf(visit) < 0) await cache.delete(kept[i]);
  }
}

async function start() {
  again.disabled = true;
  if (!canOpenOffline) {
    const why = window.isSecureContext ? '这个浏览器打不开离线页面，请换手机自带的浏览器。' : '网址不是 https：离线打不开页面，也不能定位。';
    return say('warn', '没有信号时打不开', why + '填写的内容会存在手机里，但请在有信号的地方打开和提交。', false);
  }
  try {
    const here = await shellIsHere();
    await askToStay();
    if (!here) throw new Unsent('no shell');
    await download();
  } catch (error) {
    const kept = await caches.match('/field/tasks.json');
    if (error.name === 'QuotaExceededError') say('bad', '手机存储已满', '任务没有下载全。请先删除手机里别的照片或文件，再试。', true);
    else if (kept) say('', '离线', '显示的是上次下载的任务，可以打开和填写。', true);
    else say('warn', '没有下载到手机', '没有连上服务器，请在有信号的地方再试。', true);
    if (!(error instanceof Unsent) && error.name !== 'TypeError' && error.name !== 'QuotaExceededError') console.error(error);
  }
  again.disabled = false;
}

// What the phone itself knows of each task: a draft, a record on its way.
async function mark() {
  const drafts = await draftsOf(user), entries = await entriesOf(user);
  document.querySelectorAll('a.task').forEach(function (card) {
    const uid = card.getAttribute('href').split('/').pop();
    if (!card.querySelector('[data-local]')) return;
    const own = function (one) { return one.inspection === uid; };
    const entry = entries.filter(own).pop(), chip = card.querySelector('[data-local]');
    const state = drafts.some(own) && (!entry || entry.state !== REFUSED) ? { label: '草稿', tone: '' } : entry ? stateOf(entry) : null;
    chip.hidden = !state;
    if (!state) return;
    chip.className = 'chip ' + state.tone;
    chip.textContent = state.label;
  });
}

again.addEventListener('click', start);
document.addEventListener('outbox', mark);
mark();
start();
