// What is still to be done in the form, in the order of the visit. The server checks again; this only leads the hand.
import { reader } from './record.js';

const NEEDS_PHOTO = ['closed', 'moved', 'not_found'];

export function unfinished(form, data) {
  const read = reader(form), out = [], outcome = read.text('outcome');
  const say = function (id, text) { out.push({ id: id, text: text }); };
  if (!read.text('started_at')) say('started_at', '开始时间');
  if (outcome === 'inspected') {
    data.items.forEach(function (item, at) {
      let number = 0, found = false;
      data.points.forEach(function (point, place) {
        if (point.item !== item.code) return;
        number++;
        const name = 'answers-' + place, value = read.text(name + '-value');
        if (point.required && !value) say(name + '-value', '要点 ' + number);
        if (value !== 'problem') return;
        found = true;
        if (!read.text(name + '-note')) say(name + '-note', '要点 ' + number + ' 写明问题');
        if (!read.text(name + '-kind')) say(name + '-kind', '要点 ' + number + ' 处置方式');
      });
      const result = read.text('results-' + at + '-result');
      if (!result) say('results-' + at + '-result', '检查结果');
      else if (found && result === '未发现问题') say('results-' + at + '-result', '结果与要点不符');
    });
    if (!read.text('present-name')) say('present-name', '现场人员姓名');
  } else {
    if (NEEDS_PHOTO.indexOf(outcome) >= 0 && !form.querySelector('[data-photos] .photos li:not(.add)')) say('photos', '现场拍照');
    if (!read.text('narrative')) say('narrative', '写明现场情况');
  }
  return out;
}

// Signatures that are missing: {slot} to sign, or {id} to fill in.
export function unsignedSlots(form, data) {
  const read = reader(form), out = [], outcome = read.text('outcome');
  const has = function (slot) { return Boolean(read.text('sign-' + slot + '-image')); };
  const refused = read.ticked('sign-present-refused');
  if (outcome === 'inspected') {
    const slots = data.team.map(function (_, at) { return 'officer-' + at; });
    const signed = slots.filter(has).length;
    slots.filter(function (slot) { return !has(slot); }).slice(0, Math.max(0, 2 - signed)).forEach(function (slot) { out.push({ slot: slot }); });
    if (!refused && !has('present')) out.push({ slot: 'present' });
    if (refused && !read.text('sign-present-reason')) out.push({ id: 'sign-present-reason', text: '拒签理由' });
  }
  if ((outcome === 'refused' || (outcome === 'inspected' && refused)) && !has('witness')) {
    if (!read.text('sign-witness-name')) out.push({ id: 'sign-witness-name', text: '见证人姓名' });
    out.push({ slot: 'witness' });
  }
  return out;
}

// The steps of this outcome, in order: {text, done}. Visits that could not be made have a short way of their own.
export function steps(form, data, isOpen) {
  const read = reader(form), open = unfinished(form, data), outcome = read.text('outcome');
  const clear = function (test) { return !open.some(function (gap) { return test.test(gap.id); }); };
  const step = function (text, done) { return { text: text, done: Boolean(done) }; };
  const photo = Boolean(form.querySelector('[data-photos] .photos li:not(.add)')), words = Boolean(read.text('narrative'));
  const arrived = step('签到', read.text('checkin-method')), told = step('亮证告知', read.ticked('certificates') && read.ticked('rights'));
  const signed = !open.length && !unsignedSlots(form, data).length;
  if (outcome === 'refused') return [arrived, told, step('现场情况', words), step('见证人签名', signed)];
  if (outcome !== 'inspected') return [arrived, step('现场拍照', photo), step('现场情况', words), step('核对提交', isOpen)];
  return [arrived, told, step('检查要点', clear(/^(answers|results)-/)), step('现场情况', photo || words), step('现场人员', read.text('present-name')), step('签名', signed)];
}

export function metNobody(outcome) { return NEEDS_PHOTO.indexOf(outcome) >= 0; }
