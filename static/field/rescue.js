// Everything that the server does not have yet, as ZIP files for the office: records in the first, photos behind them.
// Plain personal data: whoever holds the file can read it, and the page says so before it is made.
import { isUnsent, REFUSED } from './outbox.js';
import * as store from './store.js';
import { zip } from './zip.js';

const MOST = 24 * 1024 * 1024; // what the office's page takes at once
const ENDINGS = { 'image/jpeg': '.jpg', 'image/png': '.png' };
const TOLD = '本文件由执法人员的手机导出，含有未加密的个人信息，只能交给本单位业务科室。\n' +
  '业务科室在“检查”页面点“导入手机记录”，按编号顺序逐个导入。导入后请删除本文件。\n' +
  '“草稿”文件夹里是没有提交的内容，只供查看，不能导入。\n';

function text(name, what) { return { name: name, bytes: new TextEncoder().encode(what) }; }

// [{name, blob}]: one file or several, each small enough to be taken in.
export async function rescueFiles(user, entries, drafts) {
  const records = entries.filter(function (one) { return one.record && (isUnsent(one) || one.state === REFUSED); });
  const files = [text('说明.txt', TOLD)], shas = [];
  const add = function (sha) { if (shas.indexOf(sha) < 0) shas.push(sha); };
  records.forEach(function (one) {
    files.push(text('records/' + one.uid + '.json', JSON.stringify({ submission: one.uid, user: user, made_at: new Date(one.made_at).toISOString(), entity: one.entity, record: Object.assign({ device_now: one.record.ended_at }, one.record) })));
    one.files.forEach(add);
  });
  drafts.forEach(function (one, at) {
    files.push(text('草稿/' + (at + 1) + '.json', JSON.stringify({ user: user, entity: one.entity, inspection: one.inspection, values: one.values }, null, 1)));
    (JSON.stringify(one.values).match(/\b[0-9a-f]{64}\b/g) || []).forEach(add);
  });
  const packs = [files];
  let size = 0;
  for (let i = 0; i < shas.length; i++) {
    const kept = await store.get('blobs', shas[i]);
    if (!kept) continue;
    if (size && size + kept.bytes.byteLength > MOST) { packs.push([text('说明.txt', TOLD)]); size = 0; }
    size += kept.bytes.byteLength;
    packs[packs.length - 1].push({ name: 'files/' + shas[i] + (ENDINGS[kept.type] || ''), bytes: new Uint8Array(kept.bytes) });
  }
  const when = new Date(), stamp = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 16).replace(/\D/g, '');
  return packs.map(function (pack, at) {
    return { name: '未发送记录-' + user + '-' + stamp + (packs.length > 1 ? '-' + (at + 1) : '') + '.zip', blob: zip(pack, when) };
  });
}

export function offer(file) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file.blob);
  link.download = file.name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
}
