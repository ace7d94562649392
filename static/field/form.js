// The form of a visit with JavaScript: leads from one thing to the next, keeps a draft, signs, and sends the record.
// Without it the same page works as an ordinary form. “已收” is said only by the server's own page.
import { sha256 } from '../js/sha256.js';
import { assemble, fieldOf, now, reader, signatures, unsigned } from './record.js';
import { checkIn } from './checkin.js';
import { steps, unfinished, unsignedSlots } from './checks.js';
import { draftOf, fill, newId } from './draft.js';
import { photoBoxes } from './photos.js';
import { OtherUser, putRecord, sendFile, SignedOut, stateOf, Unsent } from './send.js';
import { sheetLines, showSheet } from './sheet.js';
import { signaturePad } from './sign.js';
import * as store from './store.js';

const form = document.getElementById('visit');
const data = JSON.parse(document.getElementById('visit-data').textContent);
const read = reader(form), body = form.querySelector('[data-body]');
const find = function (name) { return document.querySelector('[data-' + name + ']'); };
const next = find('next'), sheet = find('sheet'), trouble = find('trouble');
let signed = '', skipped = {}, sending = false;

const draft = draftOf(form, data, function (saved) {
  const chip = find('draft');
  chip.hidden = false;
  chip.className = 'chip js-only ' + (saved ? 'ok' : 'bad');
  chip.textContent = saved ? '已存手机 ' + now().slice(11) : '手机存不下，请勿关闭';
});
const photos = photoBoxes(form, data, draft, changed);
const pad = signaturePad(form, data, function () { return signed; }, function (slot) { draft.save(); look(); goTo('sign-' + slot); });
const place = checkIn(form, data, draft, changed);

function field(name) { return form.elements.namedItem(name); }
function slots() { return data.team.map(function (_, at) { return 'officer-' + at; }).concat(['present', 'witness']); }
function anySigned() { return slots().some(function (slot) { return read.text('sign-' + slot + '-image'); }); }

function changed() { draft.soon(); look(); }

// What is shown: the sections of this outcome, the steps, the one next thing.
function look() {
  const outcome = read.text('outcome'), refused = read.ticked('sign-present-refused') && outcome === 'inspected';
  form.querySelectorAll('[data-for]').forEach(function (part) { part.hidden = part.getAttribute('data-for') !== outcome; });
  form.querySelector('[data-sign="present"]').hidden = outcome !== 'inspected';
  form.querySelector('[data-sign="witness"]').hidden = !(refused || outcome === 'refused');
  form.querySelector('[data-refusal]').hidden = !refused;
  form.querySelector('[data-sign-open="present"]').hidden = refused;
  const done = steps(form, data);
  document.querySelectorAll('[data-steps] li').forEach(function (bar, at) { bar.className = done[at] ? 'done' : ''; });
  counts();
  body.disabled = !sheet.hidden || sending;
  document.getElementById('signatures').hidden = sheet.hidden;
  form.querySelectorAll('[data-sign-open]').forEach(function (button) { button.disabled = sheet.hidden || sending; });
  const step = nextStep();
  next.textContent = step.text;
  next.disabled = sending;
  next.setAttribute('aria-busy', String(sending));
}

function counts() {
  data.items.forEach(function (item, at) {
    const own = data.points.map(function (point, index) { return [point, index]; }).filter(function (one) { return one[0].item === item.code; });
    const answered = own.filter(function (one) { return read.text('answers-' + one[1] + '-value'); }).length;
    document.querySelector('#item-' + at + ' [data-count]').textContent = answered + ' / ' + own.length;
  });
}

function nextStep() {
  if (sending) return { text: '正在提交……' };
  if (draft.frozen) return { text: '再次提交', act: send };
  if (sheet.hidden) {
    if (!read.text('checkin-method') && !skipped.checkin) return { text: '下一项：签到', id: 'checkin' };
    if (!(read.ticked('certificates') && read.ticked('rights')) && !skipped.told) return { text: '下一项：亮证告知', id: 'told' };
    const gap = unfinished(form, data)[0];
    return gap ? { text: '下一项：' + gap.text, id: gap.id } : { text: '核对并签名', act: openSheet };
  }
  const gap = unsignedSlots(form, data)[0];
  if (!gap) return { text: '提交记录', act: send };
  if (gap.id) return { text: '下一项：' + gap.text, id: gap.id };
  return { text: form.querySelector('[data-sign="' + gap.slot + '"]').getAttribute('data-who') + '签名', act: function () { pad.open(gap.slot, next); } };
}

function goTo(id) {
  const found = document.getElementById(id);
  if (!found) return;
  for (let up = found.parentElement; up; up = up.parentElement) if (up.tagName === 'DETAILS') up.open = true;
  const block = found.closest('.point, .field, .card') || found;
  const top = document.querySelector('.bar-top').offsetHeight + 12;
  window.scrollTo({ top: block.getBoundingClientRect().top + window.pageYOffset - top, behavior: 'smooth' });
  if (found.tagName === 'INPUT' || found.tagName === 'TEXTAREA' || found.tagName === 'SELECT') found.focus({ preventScroll: true });
  else { found.setAttribute('tabindex', '-1'); found.focus({ preventScroll: true }); }
}

next.addEventListener('click', function () {
  const step = nextStep();
  if (step.id === 'checkin' || step.id === 'told') {
    skipped[step.id] = true; // said once; presence never blocks
    setTimeout(look, 0);
  }
  if (step.id) goTo(step.id); else if (step.act) step.act();
});

// The signing sheet fixes the text: what is signed is exactly what is sent.
async function openSheet() {
  if (!read.text('ended_at')) { field('ended_at').value = now(); draft.endedByItself = true; }
  await showSigned();
  goTo('signatures');
  draft.save();
}

async function showSigned() {
  signed = await sha256(unsigned(assemble(form, data, draft.meta).record));
  showSheet(find('sheet-text'), sheetLines(form, data));
  find('sheet-hash').textContent = signed.replace(/(.{8})/g, '$1 ').trim();
  sheet.hidden = false;
  look();
}

find('unlock').addEventListener('click', function () {
  if (anySigned() && !window.confirm('修改记录会使已有签名作废，需要重新签名。确定修改？')) return;
  unlock();
  goTo('how');
});

function unlock() {
  slots().forEach(function (slot) {
    ['image', 'signed', 'at'].forEach(function (name) { field('sign-' + slot + '-' + name).value = ''; });
    pad.show(slot, '');
  });
  if (draft.endedByItself) { field('ended_at').value = ''; draft.endedByItself = false; }
  draft.frozen = null;
  sheet.hidden = true;
  draft.save();
  look();
}

form.querySelectorAll('[data-sign-open]').forEach(function (button) {
  button.addEventListener('click', function () { pad.open(button.getAttribute('data-sign-open'), button); });
});

// Sending: the record is frozen under its id, then sent until the server has answered.
async function send() {
  if (sending) return;
  if (!draft.frozen) {
    const made = assemble(form, data, draft.meta);
    made.record.signatures = signatures(form, data, made.places);
    if (!made.record.signatures.length) delete made.record.signatures;
    draft.frozen = { uid: newId(), record: made.record, places: made.places };
  }
  sending = true;
  trouble.hidden = true;
  showProblems([]);
  look();
  await draft.save();
  try {
    await judged(await putRecord(data, draft.frozen.uid, Object.assign({ device_now: now(true) }, draft.frozen.record)));
  } catch (error) {
    if (error instanceof SignedOut) say('登录已过期', '填写的内容都在手机里。请在新窗口登录，再回到这里提交。', true);
    else if (error instanceof OtherUser) say('登录的是别人的账号', '这份记录是' + data.user + '填写的，请用原来的账号登录后再提交。内容都在手机里。', true);
    else if (error instanceof Unsent) say('没有送到服务器', '填写的内容、照片和签名都在手机里。请到有信号的地方再次提交。');
    else { say('没有提交成功', '内容都在手机里，请重试。'); console.error(error); }
  }
  sending = false;
  look();
}

async function judged(answer) {
  const said = answer.body;
  if (answer.status === 200 || answer.status === 201 || said.kept) return received(said.missing_files || []);
  if (said.code === 'content_differs') {
    draft.frozen.uid = newId();
    await draft.save();
    return say('编号重复', '请再次提交。');
  }
  const places = draft.frozen.places;
  draft.frozen = null;
  await draft.save();
  if (answer.status === 422 && said.problems) {
    return showProblems(said.problems.map(function (one) { return { id: fieldOf(one.path, places), text: one.problem }; }));
  }
  const words = { too_large: '照片太多或记录太长，最多 60 张照片。', unknown_inspection: '没有这项检查任务，请联系办公室。' };
  say('服务器没有接收', words[said.code] || '请刷新任务页面后再试。内容都在手机里。');
}

async function received(missing) {
  const uid = draft.frozen.uid;
  for (let i = 0; i < missing.length; i++) {
    const blob = await store.get('blobs', missing[i]);
    if (blob) await sendFile(data, missing[i], blob);
  }
  const left = (await stateOf(data, uid)).body.missing_files || [];
  const here = await Promise.all(left.map(function (sha) { return store.get('blobs', sha); }));
  if (here.some(Boolean)) throw new Unsent('files');
  const rows = draft.frozen.record;
  await draft.forget((rows.photos || []).map(function (one) { return one.sha256; }).concat((rows.signatures || []).map(function (one) { return one.image; })));
  window.location.assign(data.urls.submissions + uid + '/done');
}

function say(title, text, signIn) {
  find('trouble-title').textContent = title;
  find('trouble-text').textContent = text;
  find('trouble-link').hidden = !signIn;
  trouble.hidden = false;
  trouble.scrollIntoView({ block: 'center' });
}

function showProblems(found) {
  const box = document.getElementById('problems'), list = find('problem-list');
  form.querySelectorAll('.problem.said').forEach(function (one) { one.remove(); });
  list.textContent = '';
  find('problem-count').textContent = found.length;
  box.hidden = !found.length;
  found.forEach(function (one) {
    const line = document.createElement('li'), link = document.createElement('a'), at = nearest(one.id);
    link.href = '#' + (at ? at.id : 'visit');
    link.textContent = (at ? titleOf(at) + '：' : '') + one.text;
    line.append(link);
    list.append(line);
    if (!at) return;
    const said = document.createElement('p');
    said.className = 'problem said';
    said.textContent = one.text;
    at.insertAdjacentElement(at.tagName === 'FIELDSET' || at.tagName === 'DIV' || at.tagName === 'SECTION' ? 'afterbegin' : 'beforebegin', said);
  });
  if (found.length) { box.focus(); window.scrollTo(0, 0); }
}

function nearest(name) {
  const parts = name.split('-');
  for (let length = parts.length; length > 0; length--) {
    const found = document.getElementById(parts.slice(0, length).join('-'));
    if (found && found.type !== 'hidden') return found;
  }
  return null;
}

function titleOf(at) {
  const named = document.querySelector('label[for="' + at.id + '"]') || at.querySelector('legend, h2, h3');
  return named ? named.textContent : '';
}

// Ticks stamp their time; a clause is offered once a problem is found; the draft follows every change.
form.addEventListener('change', function (event) {
  const target = event.target, stamp = target.getAttribute('data-stamps');
  if (stamp && target.checked && !document.getElementById(stamp).value) document.getElementById(stamp).value = now();
  if (target.value === 'problem') {
    const clause = target.closest('.point').querySelector('[data-offer]');
    if (clause && !clause.value) clause.value = clause.getAttribute('data-offer');
  }
  if (!draft.started && !target.closest('[data-sign]')) { draft.started = true; if (!read.text('started_at')) field('started_at').value = now(); }
  if (target.name === 'sign-present-refused' && target.checked) { field('sign-present-image').value = ''; pad.show('present', ''); }
  changed();
});
form.addEventListener('input', function () { draft.soon(); });
form.addEventListener('click', function (event) {
  const more = event.target.closest('[data-more]');
  if (more) { document.getElementById(more.getAttribute('data-more')).classList.add('open'); more.hidden = true; }
});
form.addEventListener('submit', function (event) { event.preventDefault(); });

async function start() {
  const scanned = read.text('checkin-code'), at = read.text('checkin-at');
  const saved = await draft.load().catch(function () { return null; });
  if (saved) {
    fill(form, saved);
    const names = Object.keys(saved).filter(function (name) { return /(^|-)photos$/.test(name); });
    for (let i = 0; i < names.length; i++) await photos.restore(names[i], saved[names[i]]);
    if (scanned && !read.text('checkin-code')) {
      field('checkin-code').value = scanned;
      field('checkin-at').value = at;
      document.getElementById('checkin-method-0').checked = true;
    }
    form.querySelectorAll('.seg-more').forEach(function (more) { if (more.querySelector('textarea').value || more.querySelector('.photos li:not(.add)')) more.classList.add('open'); });
  } else if (!field('revises').value && !scanned) {
    field('started_at').value = ''; // the visit starts with the check-in, not with the opening of the page
  } else {
    draft.started = true;
  }
  await place.show();
  if (anySigned() || draft.frozen) await restoreSigned();
  look();
}

async function restoreSigned() {
  await showSigned();
  const wanted = slots().map(function (slot) { return [slot, read.text('sign-' + slot + '-image'), read.text('sign-' + slot + '-signed')]; }).filter(function (one) { return one[1]; });
  if (wanted.some(function (one) { return one[2] !== signed; })) return unlock();
  for (let i = 0; i < wanted.length; i++) {
    const blob = await store.get('blobs', wanted[i][1]);
    pad.show(wanted[i][0], blob ? URL.createObjectURL(blob) : data.urls.photo + wanted[i][1]);
  }
  if (draft.frozen) say('有一份记录还没有送到', '上次提交没有完成，请再次提交。');
}

start().catch(function (error) { console.error(error); say('草稿没有打开', '请刷新页面重试。'); });
