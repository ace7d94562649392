// The task list: brings this officer's own pages onto the phone, says how far it is, and marks each task with what
// the phone itself holds of it.
import { download, Newer, shellIsHere } from './download.js';
import { Unsent } from './net.js';
import { draftsOf, entriesOf, REFUSED, stateOf } from './outbox.js';
import { askToStay, canOpenOffline, user } from './phone.js';

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

async function bringAll() {
  const found = await download(function (done, all) {
    say('', '正在下载到手机（' + done + ' / ' + all + '）', '', false);
    bar.hidden = false;
    bar.max = all;
    bar.value = done;
  });
  if (found.failed) return say('warn', '有 ' + found.failed + ' 项没有下载成', '请在有信号的地方再试一次，然后出发。', true);
  const clock = new Date(Date.now() + 8 * 3600e3).toISOString().slice(11, 16);
  const stays = await askToStay() ? '' : '浏览器没有答应长期保存：请尽快发送；用无痕模式的，窗口一关内容就没有了。';
  say('ok', '已下载到手机：' + found.visits + ' 户', clock + ' 更新。没有信号也能打开、填写、看通知书。' + stays, false);
}

// This page came from the phone while the server already has a newer one: it is opened again, once in a while by itself.
function openNewer() {
  const last = Number(window.sessionStorage.getItem('sjj-newer')), soon = Math.abs(Date.now() - last) > 60000;
  say('warn', '系统有更新', soon ? '正在打开新的页面……' : '请再下载一次。', !soon);
  again.disabled = false;
  again.onclick = function () { window.location.reload(); };
  window.sessionStorage.setItem('sjj-newer', String(Date.now()));
  if (soon) setTimeout(function () { window.location.reload(); }, 1500);
}

async function start() {
  again.disabled = true;
  if (!canOpenOffline) {
    const why = window.isSecureContext ? '这个浏览器打不开离线页面，请换手机自带的浏览器。' : '网址不是 https：离线打不开页面，也不能定位。';
    return say('warn', '没有信号时打不开', why + '填写的内容会存在手机里，但请在有信号的地方打开和提交。', false);
  }
  try {
    const here = await shellIsHere();
    if (!here) throw new Unsent('no shell');
    await bringAll();
  } catch (error) {
    const kept = await caches.match('/field/tasks.json');
    if (error instanceof Newer) return openNewer();
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
