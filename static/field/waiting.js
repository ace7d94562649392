// 待发送: every draft and record that this phone holds of this person, with its true state, from the phone's own data.
import { draftsOf, drop, dropDraft, entriesOf, isUnsent, REFUSED, stateOf } from './outbox.js';
import { newId } from './draft.js';
import { askToStay, look, sender, user } from './phone.js';
import { offer, rescueFiles } from './rescue.js';
import * as store from './store.js';

const list = document.querySelector('[data-local-list]'), head = document.querySelector('[data-local-head]');
const send = document.querySelector('[data-send-now]'), save = document.querySelector('[data-rescue]');
const oldest = document.querySelector('[data-oldest]'), stays = document.querySelector('[data-stays]');
let shown = '', settled = -1;

function made(tag, cls, text) {
  const one = document.createElement(tag);
  if (cls) one.className = cls;
  if (text) one.textContent = text;
  return one;
}

function button(text, cls, act) {
  const one = made('button', 'btn ' + cls, text);
  one.type = 'button';
  one.addEventListener('click', act);
  return one;
}

function clock(time) { return new Date(time + 8 * 3600e3).toISOString().slice(5, 16).replace('-', '月').replace('T', '日 '); }

function age(time) {
  const minutes = Math.floor((Date.now() - time) / 60000);
  return minutes < 60 ? Math.max(minutes, 1) + ' 分钟' : minutes < 2880 ? Math.floor(minutes / 60) + ' 小时' : Math.floor(minutes / 1440) + ' 天';
}

function card(entity, when, state) {
  const box = made('section', 'card kept'), row = made('p', 'row');
  box.append(made('h3', '', entity), made('p', 'small muted', when), row);
  row.append(made('span', 'chip ' + state.tone, state.label));
  if (state.text) box.append(made('p', 'small', state.text));
  return box;
}

function open(url, text) {
  const link = made('a', 'btn', text);
  link.href = url;
  return link;
}

function draftCard(one) {
  const problems = (one.problems || []).length;
  const state = problems ? { label: '退回（有 ' + problems + ' 处要改正）', tone: 'bad', text: '打开检查表改正，再提交。' } : { label: '草稿', tone: '', text: '还没有提交。' };
  const box = card(one.entity, clock(one.at) + ' 保存', state), row = made('div', 'pair');
  row.append(open(one.url, '打开检查表'), button('删除草稿', 'plain', async function () {
    if (!window.confirm('删除“' + one.entity + '”的草稿？填写的内容、照片和签名都会从手机里删掉，找不回来。')) return;
    await dropDraft(one);
    render();
  }));
  box.append(row);
  return box;
}

function entryCard(one) {
  const box = card(one.entity, clock(one.made_at) + ' 提交', stateOf(one)), row = made('div', 'pair');
  box.setAttribute('data-entry', one.uid);
  if (one.state === REFUSED && one.code === 'content_differs') row.append(button('换编号再发送', '', async function () { await renumber(one); sender.now(); }));
  else if (one.acked && !isUnsent(one)) row.append(open('/field/submissions/' + one.uid + '/done', '看回执'));
  else row.append(open(one.url, '打开检查表'));
  if (isUnsent(one) || one.state === REFUSED) row.append(button('删除', 'plain', function () { remove(one); }));
  box.append(row);
  return box;
}

async function remove(one) {
  const lost = one.acked ? '记录已在服务器，但没有传完的照片和签名会丢失。' : '这份记录没有送到服务器，删除后找不回来。';
  if (!window.confirm('删除“' + one.entity + '”？' + lost)) return;
  if (!window.confirm('再确认一次：从这部手机里删除？建议先点“导出未发送的记录”。')) return;
  await drop(one);
  render();
}

// The id was taken by other content: the same record under an id of its own, by hand only.
function renumber(one) {
  const uid = newId();
  return store.together(['outbox'], async function (stores) {
    await stores.outbox.put(uid, Object.assign({}, one, { uid: uid, state: 'waiting', code: '', next_at: 0, tries: 0 }));
    await stores.outbox.remove(one.uid);
  });
}

async function render() {
  const drafts = await draftsOf(user), all = await entriesOf(user);
  const entries = all.filter(function (one) { return one.state !== REFUSED || one.record; }).reverse();
  const waiting = entries.filter(isUnsent), now = JSON.stringify([drafts.map(function (one) { return [one.url, one.at]; }), entries.map(function (one) { return [one.uid, stateOf(one)]; })]);
  if (now === shown) return;
  shown = now;
  seeServer(entries.length - waiting.length);
  list.textContent = '';
  entries.filter(function (one) { return isUnsent(one) || one.state === REFUSED; }).forEach(function (one) { list.append(entryCard(one)); });
  drafts.sort(function (a, b) { return b.at - a.at; }).forEach(function (one) { list.append(draftCard(one)); });
  entries.filter(function (one) { return !isUnsent(one) && one.state !== REFUSED; }).slice(0, 20).forEach(function (one) { list.append(entryCard(one)); });
  head.textContent = waiting.length ? '手机里（' + waiting.length + ' 份待发送）' : '手机里';
  if (!list.firstChild) list.append(made('p', 'muted', '没有草稿，也没有待发送的记录。'));
  send.hidden = !waiting.length;
  save.hidden = !waiting.length && !drafts.length;
  oldest.hidden = !waiting.length;
  if (waiting.length) oldest.textContent = '最早一份已等了 ' + age(waiting[waiting.length - 1].made_at) + '。';
}

// Something was received since this page was made: its lower half, the server's own list, is out of date.
async function seeServer(count) {
  const before = settled;
  settled = count;
  if (before >= 0 && count > before && !document.querySelector('[data-local-list] .chip.info') && await look() === 'idle') window.location.reload();
}

send.addEventListener('click', async function () {
  send.disabled = true;
  await sender.now(true);
  send.disabled = false;
  render();
});
save.addEventListener('click', async function () {
  if (!window.confirm('导出的文件含有当事人姓名、电话、签名和照片，没有加密，谁拿到都能看。只能交给本单位业务科室，交完就删。确定导出？')) return;
  const files = await rescueFiles(user, await entriesOf(user), await draftsOf(user));
  for (let i = 0; i < files.length; i++) { offer(files[i]); await new Promise(function (done) { setTimeout(done, 800); }); }
});
document.addEventListener('outbox', render);
setInterval(render, 2000); // another window may be the one that sends
render();
askToStay().then(function (granted) { stays.hidden = granted; });
