// A code that was typed or pasted, checked on the phone itself: the downloaded tasks know it by its SHA-256. What the
// phone does not know goes to the server.
import { sha256 } from '../js/sha256.js';

const form = document.querySelector('[data-scan]');

async function taskOf(code) {
  const kept = window.caches ? await caches.match('/field/tasks.json') : null;
  if (!kept) return null;
  const hash = await sha256(code.replace(/[?#].*$/, '').replace(/\/+$/, '').split('/').pop());
  return (await kept.json()).filter(function (one) { return one.token_sha256 === hash; })[0] || null;
}

form.addEventListener('submit', async function (event) {
  const code = form.elements.namedItem('code').value.trim();
  if (!code || event.defaultPrevented) return;
  event.preventDefault();
  const task = await taskOf(code).catch(function () { return null; });
  if (task) window.location.assign(task.url + '#code=' + encodeURIComponent(code));
  else form.submit();
});
