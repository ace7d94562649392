// The form of a visit with JavaScript: leads from one thing to the next, keeps a draft, signs, and puts the record
// into the outbox. Without it the same page works as an ordinary form.
import { assemble, fieldOf, now, reader, signatures } from './record.js';
import { checkIn } from './checkin.js';
import { metNobody, steps, unfinished, unsignedSlots } from './checks.js';
import { draftOf, Elsewhere, fill, newId } from './draft.js';
import { proposals } from './narrative.js';
import { latestOf, REFUSED, seal } from './outbox.js';
import { askToStay, sender } from './phone.js';
import { photoBoxes } from './photos.js';
import { phraseBoxes } from './phrases.js';
import { hush, say, showProblems } from './problems.js';
import { sealedView } from './sealed.js';
import { signaturePad } from './sign.js';
import { signingOf } from './signing.js';
import { visitSteps } from './steps.js';
import { Full } from './store.js';

const form = document.getElementById('visit');
const data = JSON.parse(document.getElementById('visit-data').textContent);
const read = reader(form), body = form.querySelector('[data-body]');
const find = function (name) { return document.querySelector('[data-' + name + ']'); };
const next = find('next');
let skipped = {}, halted = '', stuck = false, busy = true;

const draft = draftOf(form, data, saved);
const photos = photoBoxes(form, data, draft, changed, stopFor, function (text) { say('照片没有收进来', text); });
const signing = signingOf(form, data, draft, look);
const pad = signing.pad = signaturePad(form, draft, function () { return signing.signed; }, function (slot) { look(); goTo('sign-' + slot); }, stopFor);
const place = checkIn(form, data, draft, changed);
const sealed = sealedView(data, correct);
const tellSteps = visitSteps(data, function () { return read.text('checkin-method') ? read.text('checkin-at') : ''; });
proposals(form, data, changed);
phraseBoxes(form, data);

function field(name) { return form.elements.namedItem(name); }
function changed() { draft.soon(); look(); }

// “已存” is said only after the phone has really written it; when it cannot, the work stops aloud.
const HALTS = {
  full: ['手机存储已满', '最后填写的内容没有存下。请删除手机里别的照片或文件，再点“再存一次”。不要关闭本页。'],
  failed: ['手机存不下', '最后填写的内容没有存下（可能是无痕模式）。请点“再存一次”；还不行的，改用纸质记录，不要关闭本页。'],
  elsewhere: ['这份检查表在别的窗口改过或提交了', '为免互相覆盖，本窗口不再保存。请刷新，看最新的内容。']
};

function saved(state) {
  if (state === 'saved' && stuck) return; // a smaller thing that still found room does not end what did not
  const chip = find('draft');
  chip.hidden = false;
  chip.className = 'chip js-only ' + (state === 'saved' ? 'ok' : 'bad');
  chip.textContent = state === 'saved' ? '已存手机 ' + now().slice(11) : state === 'elsewhere' ? '本窗口已停用' : '没有存下';
  if (state === 'saved' && halted) hush();
  halted = state === 'saved' ? '' : state;
  if (halted) say(HALTS[halted][0], HALTS[halted][1]);
  look();
}

function stopFor(error) {
  if (!(error instanceof Full)) console.error(error);
  stuck = true;
  saved(error instanceof Full ? 'full' : 'failed');
}

// What is shown: the sections of this outcome, the steps, the one next thing.
function look() {
  const outcome = read.text('outcome'), refused = read.ticked('sign-present-refused') && outcome === 'inspected';
  const locked = signing.isOpen() || busy || Boolean(halted);
  form.querySelectorAll('[data-for]').forEach(function (part) { part.hidden = part.getAttribute('data-for').split(' ').indexOf(outcome) < 0; });
  form.querySelector('[data-policy]').hidden = !read.ticked('policy_explained') && !read.text('policy_note');
  form.querySelector('[data-sign="present"]').hidden = outcome !== 'inspected';
  form.querySelector('[data-sign="witness"]').hidden = !(refused || outcome === 'refused');
  form.querySelector('[data-refusal]').hidden = !refused;
  form.querySelector('[data-sign-open="present"]').hidden = refused;
  progress(steps(form, data, signing.isOpen()));
  counts();
  tellSteps();
  body.disabled = locked;
  document.getElementById('signatures').hidden = !signing.isOpen();
  form.querySelectorAll('[data-sign-open]').forEach(function (button) { button.disabled = !signing.isOpen() || busy || Boolean(halted); });
  next.firstChild.nodeValue = nextStep().text; // the same node: WebKit forgets a tap whose text is replaced under it
  next.disabled = busy;
  next.setAttribute('aria-busy', String(busy));
}

function progress(all) {
  const list = find('steps'), at = all.findIndex(function (one) { return !one.done; });
  while (list.children.length > all.length) list.lastChild.remove();
  while (list.children.length < all.length) list.append(document.createElement('li'));
  all.forEach(function (one, place) { list.children[place].className = one.done ? 'done' : place === at ? 'now' : ''; });
  find('step-now').textContent = at < 0 ? '可以提交' : '第 ' + (at + 1) + ' 步，共 ' + all.length + ' 步：' + all[at].text;
}

function counts() {
  data.items.forEach(function (item, at) {
    const own = data.points.map(function (point, index) { return [point, index]; }).filter(function (one) { return one[0].item === item.code; });
    const answered = own.filter(function (one) { return read.text('answers-' + one[1] + '-value'); }).length;
    document.querySelector('#item-' + at + ' [data-count]').textContent = answered + ' / ' + own.length;
  });
}

function nextStep() {
  if (busy) return { text: '请稍候……' };
  if (halted) return halted === 'elsewhere' ? { text: '刷新', act: function () { window.location.reload(); } } : { text: '再存一次', act: function () { stuck = false; return draft.save(); } };
  if (photos.taking()) return { text: photos.taking() };
  if (!signing.isOpen()) {
    if (!read.text('checkin-method') && !skipped.checkin) return { text: '下一项：签到', id: 'checkin' };
    if (!metNobody(read.text('outcome')) && !(read.ticked('certificates') && read.ticked('rights')) && !skipped.told) return { text: '下一项：亮证告知', id: 'told' };
    const gap = unfinished(form, data)[0];
    return gap ? { text: '下一项：' + gap.text, id: gap.id } : { text: '核对并签名', act: openSheet };
  }
  const gap = unsignedSlots(form, data)[0];
  if (!gap) return { text: '提交记录', act: submit };
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
  if (found.tagName !== 'INPUT' && found.tagName !== 'TEXTAREA' && found.tagName !== 'SELECT') found.setAttribute('tabindex', '-1');
  found.focus({ preventScroll: true });
}

next.addEventListener('click', function () {
  const step = nextStep();
  if (step.id === 'checkin' || step.id === 'told') {
    skipped[step.id] = true; // said once; presence never blocks
    setTimeout(look, 0);
  }
  if (step.id) goTo(step.id); else if (step.act) step.act();
});

async function openSheet() {
  await signing.open();
  goTo('signatures');
}

find('unlock').addEventListener('click', function () {
  if (signing.anySigned() && !window.confirm('修改记录会使已有签名作废，需要重新签名。确定修改？')) return;
  signing.unlock();
  goTo('how');
});

form.querySelectorAll('[data-sign-open]').forEach(function (button) {
  button.addEventListener('click', function () { pad.open(button.getAttribute('data-sign-open'), button); });
});

// Submit: sealed on the phone in one step, sent from there whenever the server answers.
async function submit() {
  if (busy) return;
  const made = assemble(form, data, draft.meta), signed = signatures(form, data, made.places);
  if (signed.length) made.record.signatures = signed;
  busy = true;
  hush();
  showProblems([]);
  look();
  try {
    sealed.show(await seal(draft, made, draft.uid || newId()));
    window.scrollTo(0, 0);
    sender.now();
  } catch (error) {
    draft.go();
    if (error instanceof Elsewhere) saved('elsewhere'); else stopFor(error);
  }
  busy = false;
  look();
}

// A correction: the sealed record's content again, under a revision that names it, to be signed anew.
async function correct(entry) {
  field('revises').value = entry.uid;
  Object.assign(draft, { rev: 0, uid: '', problems: null, pad: null, meta: entry.meta, started: true, endedByItself: false });
  draft.go();
  await restore(await draft.load() || entry.values);
  signing.unlock();
  goTo('how');
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
document.addEventListener('outbox', sealed.refresh);
setInterval(sealed.refresh, 2000);

async function restore(values) {
  fill(form, values);
  const names = Object.keys(values).filter(function (name) { return /(^|-)photos$/.test(name); });
  for (let i = 0; i < names.length; i++) await photos.restore(names[i], values[names[i]]);
  form.querySelectorAll('.seg-more').forEach(function (more) { if (more.querySelector('textarea').value || more.querySelector('.photos li:not(.add)')) more.classList.add('open'); });
}

function checkInWith(code, at) {
  field('checkin-code').value = code;
  field('checkin-at').value = at;
  document.getElementById('checkin-method-0').checked = true;
}

async function start() {
  const offline = decodeURIComponent((window.location.hash.match(/^#code=(.+)/) || ['', ''])[1]);
  const scanned = read.text('checkin-code') || offline, at = read.text('checkin-at') || now();
  const entry = await latestOf(data.user, data.inspection), isOlder = entry && entry.received_at && entry.received_at.slice(0, 19) < data.served;
  const stands = entry && entry.state !== REFUSED && !isOlder && field('revises').value !== entry.uid;
  if (stands) field('revises').value = entry.uid;
  const values = await draft.load();
  if (stands && !values) return sealed.show(entry);
  if (values) await restore(values);
  else if (!field('revises').value && !scanned) field('started_at').value = ''; // the visit starts with the check-in
  else draft.started = true;
  if (scanned && !read.text('checkin-code')) checkInWith(scanned, at);
  if (offline && !values) draft.soon();
  await place.show();
  if (signing.anySigned() || draft.pad) await signing.restore();
  if (draft.problems) showProblems(draft.problems.map(function (one) { return { id: fieldOf(one.path, (entry && entry.places) || {}), text: one.problem }; }));
}

start().catch(stopFor).then(function () {
  busy = false;
  look();
  return askToStay();
});
