// 现场检查笔录 proposed from the answers: the same words as sjj/rules/narrative.py makes of the same facts, character
// for character. Adds no fact; the officer edits what comes out.
import { flat, namesOf, reader, sampleOf } from './record.js';

const MOST = 2000, LIMITS = [300, 120, 60, 30], NUMBERS = '一二三四五六七八九十';
const LABELS = [['ok', '未发现问题'], ['problem', '发现问题'], ['n/a', '不涉及']];

function chars(text) { return Array.from(text); }

function cut(text, limit) {
  const line = flat(text).replace(/[。；;，,]+$/, ''), all = chars(line);
  return all.length <= limit ? line : all.slice(0, limit - 1).join('') + '…';
}

function day(text) {
  const found = /^(\d+)-(\d+)-(\d+)$/.exec(text.slice(0, 10));
  return found ? +found[1] + '年' + +found[2] + '月' + +found[3] + '日' : '';
}

function time(text) {
  const clock = /^(\d+):(\d+)$/.exec(text.slice(11, 16));
  return day(text) && clock ? day(text) + +clock[1] + '时' + clock[2] + '分' : '';
}

function arrival(facts) {
  const at = time(facts.started), nobody = ['closed', 'moved', 'not_found'].indexOf(facts.outcome) >= 0;
  let went = (at ? at + '，' : '') + '执法人员' + facts.team.join('、') + '到' + facts.entity + (facts.address ? '（' + facts.address + '）' : '') + '进行现场检查';
  if (facts.assistants.length) went += '，协助人员' + facts.assistants.join('、');
  if (nobody) return went + '。';
  if (facts.certificates) went += '，出示执法证件';
  if (facts.rights) went += '，告知权利和申请回避的权利';
  if (facts.policy) went += '，宣讲有关政策';
  if (facts.present && facts.outcome === 'inspected') went += '。' + facts.post + facts.present + '在场';
  return went + '。';
}

function endedOtherwise(facts) {
  return {
    closed: '现场查看，该单位已停业关闭，未能进行检查。',
    moved: '现场查看，该单位已从登记的地址迁出，未能进行检查。',
    not_found: '在登记的地址没有找到该单位，未能进行检查。',
    refused: (facts.present ? facts.post + facts.present : '该单位现场人员') + '拒绝接受检查，检查未能进行。'
  }[facts.outcome] || '';
}

function found(point, limit) {
  return cut(point.note || point.text, limit) + (point.kind ? '，' + point.kind : '') + (day(point.due) ? '，' + day(point.due) + '前改正' : '');
}

function itemLine(item, at, limit) {
  const answered = item.points.filter(function (one) { return one.value; });
  if (!answered.length && !item.result) return '';
  const counts = LABELS.map(function (label) { return [label[1], answered.filter(function (one) { return one.value === label[0]; }).length]; })
    .filter(function (one) { return one[1]; }).map(function (one) { return one[0] + one[1] + '项'; });
  let text = (at < NUMBERS.length ? NUMBERS[at] : at + 1) + '、' + item.name + '：检查要点' + answered.length + '项' + (counts.length ? '，' + counts.join('，') : '') + '。';
  answered.forEach(function (one) {
    if (one.value === 'problem') text += '要点' + one.number + '“' + one.text + '”发现问题：' + found(one, limit) + '。';
    else if (one.note) text += '要点' + one.number + '：' + cut(one.note, limit) + '。';
  });
  return item.result ? text + '检查结果：' + item.result + (item.note ? '，' + cut(item.note, limit) : '') + '。' : text;
}

function lines(facts, limit) {
  const photos = facts.photos ? '现场拍照' + facts.photos + '张。' : '';
  if (facts.outcome !== 'inspected') return [arrival(facts), endedOtherwise(facts), photos];
  return [arrival(facts)].concat(
    facts.items.map(function (item, at) { return itemLine(item, at, limit); }),
    facts.others.map(function (one) { return '另发现：' + found(one, limit) + '。'; }),
    [facts.sample ? '现场抽样：' + facts.sample + '。' : '', photos]
  );
}

export function narrative(facts) {
  let text = '';
  for (let i = 0; i < LIMITS.length; i++) {
    text = lines(facts, LIMITS[i]).filter(Boolean).join('\n');
    if (chars(text).length <= MOST) return text;
  }
  return chars(text).slice(0, MOST - 1).join('') + '…';
}

// What the form says, as far as the text is made of it.
export function factsOf(form, data) {
  const read = reader(form), text = read.text;
  const point = function (name, number, words) {
    return { number: number, text: words, value: text(name + '-value'), note: text(name + '-note'), kind: text(name + '-kind'), due: text(name + '-due') };
  };
  return {
    entity: data.entity, address: data.address, outcome: text('outcome'), started: text('started_at'),
    team: data.team.map(function (one) { return one.name; }),
    certificates: read.ticked('certificates'), rights: read.ticked('rights'), policy: read.ticked('policy_explained') || Boolean(text('policy_note')),
    present: text('present-name'), post: text('present-post'), assistants: namesOf(text('assistants')),
    items: data.items.map(function (item, at) {
      const points = [];
      data.points.forEach(function (one, place) { if (one.item === item.code) points.push(point('answers-' + place, points.length + 1, one.text)); });
      return { name: item.name, result: text('results-' + at + '-result'), note: text('results-' + at + '-note'), points: points };
    }),
    others: text('other-text') ? [{ number: 0, text: '', value: 'problem', note: text('other-text'), kind: text('other-kind'), due: text('other-due') }] : [],
    sample: sampleOf(read), photos: form.querySelectorAll('[data-photos] .photos li:not(.add)').length
  };
}

// The button: proposes, and asks before it takes the place of anything written by hand.
export function proposals(form, data, changed) {
  const box = form.elements.namedItem('narrative'), last = form.elements.namedItem('proposed');
  form.querySelector('[data-propose]').addEventListener('click', function (event) {
    event.preventDefault();
    const isOwn = box.value.trim() && box.value !== last.value;
    if (isOwn && !window.confirm('现场情况里已有您写的文字，生成后会换掉。确定重新生成？')) return;
    box.value = last.value = narrative(factsOf(form, data));
    box.dispatchEvent(new Event('input', { bubbles: true }));
    changed();
  });
}
