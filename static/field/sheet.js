// The signing sheet: the record as people read it, line by line, made from the form as it stands.
import { reader, sampleOf } from './record.js';

export function sheetLines(form, data) {
  const read = reader(form), out = [], label = function (name) {
    const chosen = Array.prototype.filter.call(form.elements, function (one) { return one.name === name && one.checked; })[0];
    return chosen ? form.querySelector('label[for="' + chosen.id + '"]').textContent : '';
  };
  const line = function (name, text) { if (text) out.push([name, text]); };
  const time = function (name) { return read.text(name).replace('T', ' '); };
  line('检查对象', data.entity);
  line('检查情形', label('outcome'));
  line('检查时间', time('started_at') + ' 至 ' + time('ended_at'));
  line('签到', [label('checkin-method'), read.text('checkin-reason')].filter(Boolean).join('，'));
  line('出示执法证件', read.ticked('certificates') ? data.team.map(function (one) { return one.name; }).join('、') : '未记录');
  line('告知权利', read.ticked('rights') ? '已告知' : '未记录');
  if (read.text('outcome') === 'inspected') {
    data.items.forEach(function (item, at) {
      let number = 0;
      data.points.forEach(function (point, place) {
        if (point.item !== item.code) return;
        number++;
        const name = 'answers-' + place, more = [read.text(name + '-note')];
        if (read.text(name + '-value') === 'problem') more.push(read.text(name + '-kind'), read.text(name + '-due') && read.text(name + '-due') + '前整改');
        line(number + '. ' + point.text, [label(name + '-value') || '未查', more.filter(Boolean).join('；')].filter(Boolean).join('：'));
      });
      line(item.name, [read.text('results-' + at + '-result'), read.text('results-' + at + '-note')].filter(Boolean).join('，'));
    });
    if (read.text('other-text')) line('其他问题', [read.text('other-text'), read.text('other-kind')].filter(Boolean).join('；'));
  }
  line('现场情况', read.text('narrative'));
  line('现场照片', form.querySelectorAll('[data-photos] .photos li:not(.add)').length + ' 张');
  line('现场人员', ['name', 'post', 'phone'].map(function (one) { return read.text('present-' + one); }).filter(Boolean).join('，'));
  line('协助人员', read.text('assistants'));
  if (read.text('recusal-officer')) line('申请回避', read.text('recusal-by') + '：' + read.text('recusal-reason'));
  line('宣讲政策', read.text('policy_note') || (read.ticked('policy_explained') ? '已宣讲' : ''));
  line('抽样记录', sampleOf(read));
  line('备注', read.text('remarks'));
  return out;
}

export function showSheet(where, lines) {
  where.textContent = '';
  const list = document.createElement('dl');
  lines.forEach(function (one) {
    const term = document.createElement('dt'), text = document.createElement('dd');
    term.textContent = one[0];
    text.textContent = one[1];
    list.append(term, text);
  });
  where.append(list);
}
