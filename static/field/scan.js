// 扫码: what a code means is found out on the phone itself: the downloaded tasks know each by its SHA-256. What the
// phone does not know is said plainly, and goes to the server only when asked.
import { sha256 } from '../js/sha256.js';
import { scanner } from './scanner.js';

const form = document.querySelector('[data-scan]'), said = document.querySelector('[data-scan-said]');
// Scanning for one visit: its form, or its page to make the scan up.
const asked = window.location.hash.match(/^#(visit|made-up)=([0-9a-f-]{36})$/) || [], visit = asked[2];
const home = '/field/inspections/' + visit + (asked[1] === 'made-up' ? '/scan-made-up' : '');
const OURS = /\/field\/scan\/[A-Za-z0-9_-]{20,}\/?(?:[?#].*)?$/;

async function tasksHere() {
  const kept = window.caches ? await caches.match('/field/tasks.json') : null;
  return kept ? kept.json() : null;
}

function tokenOf(code) { return code.replace(/[?#].*$/, '').replace(/\/+$/, '').split('/').pop(); }

function open(url, code) { window.location.assign(url + '#code=' + encodeURIComponent(code)); }

function say(kind, title, text) {
  said.hidden = false;
  said.className = 'notice js-only ' + kind;
  said.querySelector('b').textContent = title;
  said.querySelector('p').textContent = text;
  said.querySelectorAll('button').forEach(function (one) { one.hidden = true; });
}

function offer(name, act) {
  const button = said.querySelector('[data-' + name + ']');
  button.hidden = false;
  button.onclick = act;
}

function toServer(code) {
  form.elements.namedItem('code').value = code;
  form.submit();
}

async function found(code, typed) {
  const list = await tasksHere().catch(function () { return null; }), hash = await sha256(tokenOf(code));
  const task = (list || []).filter(function (one) { return one.token_sha256 === hash || (one.older_tokens_sha256 || []).indexOf(hash) >= 0; })[0];
  if (asked[1] === 'made-up') return open(home, code); // that page says whose code it is
  if (task && (!visit || task.inspection === visit)) return open(task.url, code);
  if (!list || typed) return task ? open(task.url, code) : toServer(code);
  if (task) say('warn', '这是“' + task.entity + '”的码', '不是正在检查的这一家。');
  else if (OURS.test(code)) say('warn', '不在您下载的任务里', '这是一家检查对象的码，但手机里没有这一家的任务。刚派发的，请在有信号时重新下载。');
  else say('warn', '不是检查对象的码', '读到的内容：' + code.slice(0, 80));
  offer('scan-again', function () { said.hidden = true; camera.go(); });
  if (task) offer('scan-open', function () { open(task.url, code); });
  if (visit) offer('scan-use', function () { open(home, code); });
  if (OURS.test(code) && !task) offer('scan-ask', function () { toServer(code); });
  said.querySelector('b').setAttribute('tabindex', '-1');
  said.querySelector('b').focus();
}

const camera = scanner(document.querySelector('[data-scanner]'), function (code) { found(code.trim(), false); }, say);

form.addEventListener('submit', function (event) {
  const code = form.elements.namedItem('code').value.trim();
  if (!code || event.defaultPrevented) return;
  event.preventDefault();
  found(code, true);
});
const back = document.querySelector('[data-scan-back]');
if (visit) { back.hidden = false; back.href = home; }
camera.go();
