// Records that were submitted on this phone, until the server has acknowledged them and every file of theirs.
// A sealed record never changes: a correction is a new one that names it.
import { Elsewhere, draftKey } from './draft.js';
import * as store from './store.js';

export const WAITING = 'waiting', RECEIVED = 'received', KEPT = 'kept', REFUSED = 'refused';
const RECEIPTS = 60, ACTIVE = 20000;

const WHY_KEPT = {
  not_assigned: '提交时您已不在检查组', closed: '这次检查已经结束',
  already_submitted: '这家单位已有别人提交的记录', outdated: '记录已被别人更正过'
};
const WHY_REFUSED = {
  invalid: '有内容需要改正', too_large: '照片太多或记录太长，最多 60 张照片',
  unknown_inspection: '没有这项检查任务，请联系办公室', content_differs: '编号与另一份记录重复'
};

const WHY_BAD = {
  not_allowed: '文件已损坏，或不是照片', too_large: '超过 20 MB', not_this_hash: '传过去的内容总不一致', absent: '手机里的文件已经没有了'
};

// Each file that the server refused, by what the officer knows it as, with the reason.
function refusedFiles(entry) {
  return Object.keys(entry.bad).map(function (sha) {
    const photos = (entry.record && entry.record.photos) || [], signs = (entry.record && entry.record.signatures) || [];
    const at = photos.map(function (one) { return one.sha256; }).indexOf(sha), signer = signs.filter(function (one) { return one.image === sha; })[0];
    const name = signer ? signer.name + '的签名' : '第 ' + (at + 1) + ' 张照片' + (at >= 0 && photos[at].caption ? '“' + photos[at].caption + '”' : '');
    return name + '（' + (WHY_BAD[entry.bad[sha]] || '服务器不收') + '）';
  });
}

function filesOf(record) {
  const found = [];
  const add = function (sha) { if (sha && found.indexOf(sha) < 0) found.push(sha); };
  (record.photos || []).forEach(function (one) { add(one.sha256); });
  (record.signatures || []).forEach(function (one) { add(one.image); });
  return found;
}

// Submit: the draft leaves, the sealed record stands in the outbox; both or neither.
export async function seal(draft, made, uid) {
  await draft.stop();
  const from = draft.content();
  const entry = {
    uid: uid, user: from.user, inspection: from.inspection, entity: from.entity, url: from.url,
    revises: from.revises, record: made.record, places: made.places, values: from.values, meta: from.meta,
    files: filesOf(made.record), have: [], begun: [], bad: {}, state: WAITING, code: '', acked: false,
    made_at: Date.now(), tries: 0, next_at: 0, busy_at: 0, received_at: ''
  };
  await store.together(['drafts', 'outbox'], async function (stores) {
    await draft.check(stores);
    await stores.outbox.put(uid, entry);
    await stores.drafts.remove(draft.key());
  });
  await store.release(draft.dropped.splice(0));
  return entry;
}

export async function entriesOf(user) {
  const found = (await store.all('outbox')).filter(function (one) { return one.user === user; });
  return found.sort(function (a, b) { return a.made_at - b.made_at; });
}

export async function draftsOf(user) {
  return (await store.all('drafts')).filter(function (one) { return one.user === user; });
}

export function isUnsent(entry) { return entry.state === WAITING; }

// The latest record of one inspection that this person submitted here.
export async function latestOf(user, inspection) {
  return (await entriesOf(user)).filter(function (one) { return one.inspection === inspection; }).pop() || null;
}

// Change an entry as it stands now; nothing happens if it has gone meanwhile.
export function note(uid, change) {
  return store.together(['outbox'], async function (stores) {
    const entry = await stores.outbox.get(uid);
    if (!entry) return null;
    Object.assign(entry, typeof change === 'function' ? change(entry) : change);
    await stores.outbox.put(uid, entry);
    return entry;
  });
}

// The server has it all: only a receipt stays. `state`: received, or kept (aside, for the office to compare).
export async function settle(entry, state, at) {
  const receipt = { uid: entry.uid, user: entry.user, inspection: entry.inspection, entity: entry.entity, url: entry.url, revises: entry.revises, values: entry.values, meta: entry.meta, files: [], have: [], bad: {}, state: state, code: entry.code, acked: true, made_at: entry.made_at, received_at: at, count: entry.files.length };
  await note(entry.uid, function (now) { Object.keys(now).forEach(function (name) { delete now[name]; }); return receipt; });
  await store.release(entry.files);
  await forgetOld(entry.user);
}

async function forgetOld(user) {
  const old = (await entriesOf(user)).filter(function (one) { return one.state === RECEIVED || one.state === KEPT; });
  for (let i = 0; i < old.length - RECEIPTS; i++) await store.together(['outbox'], function (stores) { return stores.outbox.remove(old[i].uid); });
}

// What is wrong in form is a draft again, under the same id, with what was found.
export function reopen(entry, code, problems) {
  const key = draftKey(entry.user, entry.inspection, entry.revises);
  return store.together(['drafts', 'outbox'], async function (stores) {
    const there = await stores.drafts.get(key);
    await stores.drafts.put(key, {
      user: entry.user, inspection: entry.inspection, entity: entry.entity, url: entry.url, revises: entry.revises,
      values: entry.values, meta: entry.meta, pad: null, uid: entry.uid, problems: problems, endedByItself: false, started: true,
      at: Date.now(), rev: (there ? there.rev : 0) + 1
    });
    await stores.outbox.put(entry.uid, Object.assign({}, entry, { state: REFUSED, code: code, record: null, busy_at: 0 }));
  });
}

// By hand, after a clear warning.
export async function drop(entry) {
  await store.together(['outbox'], function (stores) { return stores.outbox.remove(entry.uid); });
  await store.release(entry.files || []);
}

export async function dropDraft(draft) {
  const key = draftKey(draft.user, draft.inspection, draft.revises);
  await store.together(['drafts'], function (stores) { return stores.drafts.remove(key); });
  await store.release(JSON.stringify(draft.values).match(/[0-9a-f]{64}/g) || []);
}

// The true state of an entry in the office's words: {label, tone, text}.
export function stateOf(entry) {
  const all = entry.files.length, here = entry.have.length, bad = Object.keys(entry.bad).length;
  if (entry.state === RECEIVED) return { label: '服务器已收', tone: 'ok', text: entry.count ? '记录和全部照片、签名（共 ' + entry.count + ' 个）都已收到。' : '记录已收到。' };
  if (entry.state === KEPT) return { label: '已由办公室另存', tone: 'warn', text: (WHY_KEPT[entry.code] || '记录没有计入') + '。记录和照片都已保存，由办公室比对处理。' };
  if (entry.state === REFUSED) return { label: '退回（' + (WHY_REFUSED[entry.code] || '服务器没有接收') + '）', tone: 'bad', text: entry.record ? '内容都在手机里。' : '内容都在手机里，打开检查表改正后再提交。' };
  if (Math.abs(Date.now() - entry.busy_at) < ACTIVE) return { label: '发送中（' + here + '/' + all + ' 张）', tone: 'info', text: '请不要关机，其他事可以照做。' };
  if (bad && here + bad >= all) return { label: '记录已收，退回 ' + bad + ' 个文件', tone: 'bad', text: '记录服务器已收到。没有收的：' + refusedFiles(entry).join('；') + '。请打开检查表点“更正记录”，删掉或重拍这些照片；补不了的，告诉业务科室。' };
  if (entry.acked) return { label: '待发送（' + here + '/' + all + ' 张）', tone: 'warn', text: '记录已收到，照片和签名没有传完，有信号时接着传。' };
  return { label: '待发送', tone: 'warn', text: '记录、照片和签名都存在手机里，有信号时自动发送。' };
}

export { Elsewhere };
