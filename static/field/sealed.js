// What stands in place of the form once its record was submitted on this phone: where the record is by now.
import { entriesOf, KEPT, RECEIVED, REFUSED, stateOf } from './outbox.js';

export function sealedView(data, correct) {
  const box = document.querySelector('[data-sealed]'), form = document.getElementById('visit');
  const find = function (name) { return box.querySelector('[data-sealed-' + name + ']'); };
  let entry = null;

  function show(found) {
    entry = found;
    const state = stateOf(entry), done = entry.state === RECEIVED || entry.state === KEPT;
    form.hidden = true;
    box.hidden = false;
    find('title').textContent = entry.state === RECEIVED ? '服务器已收' : entry.state === KEPT ? '已由办公室另存' : entry.state === REFUSED ? '记录被退回' : Object.keys(entry.bad).length ? '记录已收，有文件被退回' : '已提交，存在手机里';
    find('chip').className = 'chip ' + state.tone;
    find('chip').textContent = state.label;
    find('text').textContent = state.text;
    find('receipt').hidden = !done;
    find('receipt').querySelector('a').href = data.urls.submissions + entry.uid + '/done';
    find('reopen').hidden = entry.state !== REFUSED || Boolean(entry.record);
    find('correct').hidden = entry.state === REFUSED;
    document.querySelectorAll('[data-steps] li').forEach(function (bar) { bar.className = 'done'; });
  }

  find('correct').addEventListener('click', function () {
    if (!window.confirm('更正后要重新签名，原来的记录仍会发送并保留。确定更正？')) return;
    const corrected = entry;
    entry = null;
    box.hidden = true;
    form.hidden = false;
    correct(corrected);
  });
  find('reopen').addEventListener('click', function () { window.location.reload(); });

  async function refresh() {
    if (!entry) return;
    const found = (await entriesOf(data.user)).filter(function (one) { return entry && one.uid === entry.uid; })[0];
    if (found) show(found);
  }
  return { show: show, refresh: refresh };
}
