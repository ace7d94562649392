// On every page of the phone: the service worker, the sender, how many records wait, whether the server answers.
import { ping, SignedOut, Unsent } from './net.js';
import { entriesOf, isUnsent, REFUSED } from './outbox.js';
import { senderOf } from './sender.js';

const body = document.body, bar = document.querySelector('[data-net]');
const SAID = {
  offline: '没有连上服务器。填写的内容存在手机里，有信号时自动发送。',
  signed_out: '登录已过期，记录都在手机里，登录后自动发送。',
  other_user: '现在登录的是别人的账号。这里的记录不会发送，请换回原来的账号。',
  password: '要先修改密码才能发送，记录都在手机里。',
  full: '手机存储已满，记录没有存下。请先删除手机里别的照片或文件。'
};
const LINKS = { signed_out: 'signIn', other_user: 'signIn', password: 'password' };

export const user = body.getAttribute('data-user') || '';
export const version = body.getAttribute('data-static');
export const canOpenOffline = window.isSecureContext && 'serviceWorker' in navigator;
// The worker brings every file of these pages: only once this page has what it needs itself.
const shown = document.readyState === 'complete' ? Promise.resolve() : new Promise(function (done) { window.addEventListener('load', done); });
export const registered = user && canOpenOffline ? shown.then(function () { return navigator.serviceWorker.register('/field/worker.js', { scope: '/field/' }); }) : null;
export const sender = user ? senderOf(user, Number(body.getAttribute('data-wait')) || 300000, tell) : null;
let waiting = 0, status = 'idle', reached = true;

// `entry`: a record that was just received.
function tell(now, entry) {
  if (entry && navigator.serviceWorker && navigator.serviceWorker.controller) navigator.serviceWorker.controller.postMessage({ received: entry.url });
  if (now !== 'elsewhere' && (now !== 'idle' || status === 'sending')) status = now; // idle: nobody was asked
  reached = status !== 'offline';
  show();
  count();
  document.dispatchEvent(new CustomEvent('outbox', { detail: now }));
}

function show() {
  const said = SAID[status] || '', link = bar.querySelector('a'), where = LINKS[status];
  bar.hidden = !said;
  bar.setAttribute('data-state', status);
  bar.querySelector('span').textContent = said;
  link.hidden = !where;
  if (where) link.href = bar.getAttribute('data-' + where.toLowerCase());
  if (where) link.textContent = where === 'password' ? '修改密码' : '登录';
}

async function count() {
  const all = await entriesOf(user);
  waiting = all.filter(isUnsent).length;
  const number = waiting + all.filter(function (one) { return one.state === REFUSED; }).length;
  const tab = document.querySelector('.tabs a[href$="/outbox"]');
  if (!tab) return;
  let badge = tab.querySelector('b');
  if (!badge && number) { badge = document.createElement('b'); tab.append(badge); }
  if (badge) { badge.textContent = number; badge.hidden = !number; }
}

// Whether the server answers, asked of the server itself: the browser's own opinion is often wrong in a valley.
export async function look() {
  try {
    const said = await ping();
    status = said.user === user ? 'idle' : 'other_user';
  } catch (error) {
    status = error instanceof SignedOut ? 'signed_out' : error instanceof Unsent ? 'offline' : status;
  }
  reached = status !== 'offline';
  show();
  return status;
}

// Ask the browser not to clear what is kept when space gets short; it may say no.
export async function askToStay() {
  if (!navigator.storage || !navigator.storage.persist) return false;
  return await navigator.storage.persisted() || navigator.storage.persist();
}

if (user) {
  if (registered) registered.catch(function () { /* on line everything works without it */ });
  count();
  look().then(function () { return sender.run(); });
  window.addEventListener('online', function () { look().then(sender.now); });
  setInterval(function () { if (!reached) look(); }, 15000);
  window.addEventListener('offline', look);
  document.addEventListener('visibilitychange', function () { if (document.visibilityState === 'visible') sender.run(); });
  document.addEventListener('submit', function (event) {
    if (!/\/sign-out$/.test(event.target.getAttribute('action') || '')) return;
    const stays = !reached && (window.alert('没有连上服务器，现在退不了登录。请到有信号的地方再退出。'), true);
    if (stays || (waiting && !window.confirm('还有 ' + waiting + ' 份记录没有送到服务器。退出后记录仍留在这部手机里，用本账号再登录后继续发送。确定退出？'))) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);
}
