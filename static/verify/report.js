// Checking a draw receipt on a page: what the checks found, as something to read. Builds elements, never markup.
(function (my) {
  'use strict';
  const WORDS = { ok: ['相符', 'ok'], FAIL: ['不符', 'bad'], '--': ['此文件不能证明', ''] };
  const UNPROVEN_RESULT = ['对象抽取', '入选界限']; // a receipt with a closed layer, an enterprise's own line
  const AT_FIRST = 100; // rows of a long list before somebody asks for all

  function el(tag, className, content) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    [].concat(content === undefined ? [] : content).forEach(function (part) { made.append(part); });
    return made;
  }

  // --- What the whole comes to --------------------------------------------------------------------------

  // {kind, title, text}: one sentence for everybody, one that says what to do.
  function verdictOf(checks) {
    const count = function (status) { return checks.filter(function (one) { return one.status === status; }).length; };
    const failed = count('FAIL'), fine = count('ok'), unproven = count('--');
    if (checks[0].name === '读取') return { kind: 'bad', title: '不符：这个文件读不了', text: checks[0].reason + '。请重新下载凭据再试；仍然这样，请保存这个文件，拨打监督电话。' };
    if (failed) return { kind: 'bad', title: '不符：有 ' + failed + ' 项对不上', text: '先看文件是不是下载完整、承诺指纹有没有抄错。仍然不符，请保存这个文件，拨打监督电话。' };
    const published = checks.some(function (one) { return one.name === '公布的承诺' && one.status === 'ok'; });
    const rest = unproven - (published ? 0 : 1);
    const left = rest > 0 ? '另有 ' + rest + ' 项是这份文件本身不能证明的，下面逐项写明由谁核对。' : '';
    if (!published) return { kind: 'warn', title: '已核对的 ' + fine + ' 项都相符，还差和公布的承诺比对', text: '请在上面填上冻结时公布的承诺指纹再核对一次，才能证明名单就是当时冻结的那一份。' + left };
    const stated = checks.find(function (one) { return one.status === '--' && UNPROVEN_RESULT.indexOf(one.name) >= 0; });
    if (stated) return { kind: 'warn', title: '相符：能核对的 ' + fine + ' 项全部一致，但抽中谁不能只凭这份文件证明', text: '名单、规则和密数与冻结时公布的承诺一致；抽中的结果请按下面“' + stated.name + '”一项说的办法核对。' + left };
    return { kind: 'ok', title: '相符：能核对的 ' + fine + ' 项全部一致', text: '内容和冻结时公布的承诺一致，重算的结果和凭据写的一样。' + left };
  }

  // What fails stands at the top too: it may be the last of twenty lines.
  function verdict(said, checks) {
    const parts = [el('b', '', said.title)], failed = checks.filter(function (one) { return one.status === 'FAIL' && one.name !== '读取'; });
    if (failed.length) parts.push(el('ul', '', failed.map(function (one) { return el('li', '', one.name + '：' + one.reason); })));
    return el('div', 'verdict ' + said.kind, el('div', '', parts.concat(el('p', '', said.text))));
  }

  // Every check with its sentence; `data-line` is the line that the Python program prints.
  function checkedList(checks) {
    return el('ul', 'checked', checks.map(function (one) {
      const words = WORDS[one.status];
      const row = el('li', one.status === 'FAIL' ? 'bad-line' : '', [
        el('span', 'chip ' + words[1], words[0]),
        el('b', '', one.name),
        el('span', 'why', one.reason),
      ]);
      row.setAttribute('data-line', my.lineOf(one));
      return row;
    }));
  }

  function folded(title, content, open) {
    const made = el('details', 'more', [el('summary', '', title), content]);
    made.open = Boolean(open);
    return made;
  }

  // --- Who, what, when ----------------------------------------------------------------------------------

  function facts(pairs) {
    return el('dl', 'facts', pairs.filter(Boolean).map(function (pair) {
      return el('div', '', [el('dt', '', pair[0]), el('dd', pair[2] || '', pair[1])]);
    }));
  }

  // 2026年3月2日 09:10:00 as it stands in the receipt; the offset is told when it is not Beijing's.
  function told(moment) {
    const found = /^(\d+)-(\d+)-(\d+)[Tt]([\d:.]+)(.*)$/.exec(moment);
    return Number(found[1]) + '年' + Number(found[2]) + '月' + Number(found[3]) + '日 ' + found[4] + (found[5] === '+08:00' ? '' : '（时区 ' + found[5] + '）');
  }

  function kindOf(doc) {
    if (doc.get('kind') === 'full') return '完整凭据（含执法人员和选派过程）';
    return doc.has('rule') ? '公开凭据' : '公开凭据（有不公开的分层，只列各行指纹和检查过的对象）';
  }

  function receiptFacts(doc, file) {
    const changes = doc.get('changes') || [], count = function (kind) { return changes.filter(function (one) { return one.get('kind') === kind; }).length; };
    const sources = doc.has('rule') ? doc.get('rule').get('sources') : [];
    return facts([
      ['部门', my.shown(doc.get('agency'))],
      ['抽查任务', my.shown(doc.get('campaign'))],
      ['文号', my.shown(doc.get('draw_no')) + '（本部门第 ' + doc.get('serial') + ' 号承诺）'],
      ['冻结名单', told(doc.get('frozen_at'))],
      ['抽取', told(doc.get('drawn_at'))],
      ['外部数字', doc.get('values').map(function (value, at) { return (sources[at] ? my.shown(sources[at].get('from')) + ' ' : '') + my.shown(value); }).join('，')],
      ['户数', '名单 ' + doc.get('pool').length + ' 户，' + (doc.has('rule') ? '抽中 ' : '检查过 ') + doc.get('drawn').length + ' 户' + (changes.length ? '；递补 ' + count('replace') + ' 户，换人 ' + count('substitute') + ' 次' : '')],
      ['凭据种类', kindOf(doc)],
      ['承诺指纹', doc.get('commitment_sha256'), 'mono'],
      doc.get('kind') === 'full' && ['抽取时的完整凭据指纹', my.sha256(my.canonical(new Map(doc).set('changes', []))), 'mono'],
      changes.length > 0 && doc.get('kind') === 'full' && ['变更后的完整凭据指纹', my.sha256(my.canonical(doc)), 'mono'],
      file,
    ]);
  }

  function lineFacts(doc, file) {
    const end = doc.get('cut_off_ticket');
    return facts([
      ['部门', my.shown(doc.get('agency'))],
      ['抽查任务', my.shown(doc.get('campaign'))],
      ['文号', my.shown(doc.get('draw_no'))],
      ['抽取', told(doc.get('drawn_at'))],
      ['本户编号', my.shown(doc.get('code'))],
      ['分组', my.shown(doc.get('stratum')) + '，' + doc.get('group_size') + ' 户抽 ' + doc.get('take') + ' 户'],
      ['本户签号', doc.get('ticket'), 'mono'],
      ['入选界限', end || '（本组不抽）', end ? 'mono' : ''],
      ['结果', doc.get('is_drawn') ? '抽中' : doc.get('is_supplement') ? '后来递补' : '没有抽中'],
      ['承诺指纹', doc.get('commitment_sha256'), 'mono'],
      file,
    ]);
  }

  // --- Lists of objects ---------------------------------------------------------------------------------

  function cell(label, content, className) {
    const made = el('td', className || '', content);
    made.setAttribute('data-label', label);
    return made;
  }

  function heading(tag, scope, text) {
    const made = el(tag, '', text);
    made.setAttribute('scope', scope);
    return made;
  }

  // A table of rows made when needed; a long one begins with its first hundred.
  function table(heads, rows, rowOf) {
    const body = el('tbody', '', rows.slice(0, AT_FIRST).map(rowOf));
    const head = el('thead', '', el('tr', '', heads.map(function (text) { return heading('th', 'col', text); })));
    const wrap = el('div', 'table-wrap', el('table', 'table stack', [head, body]));
    if (rows.length <= AT_FIRST) return wrap;
    const more = el('button', 'btn', '显示全部 ' + rows.length + ' 户');
    more.type = 'button';
    more.addEventListener('click', function () {
      rows.slice(AT_FIRST).forEach(function (row) { body.append(rowOf(row)); });
      more.remove();
    });
    return el('div', '', [wrap, el('p', '', more)]);
  }

  function people(team) {
    return team.map(function (name) { return my.shown(name); }).join('、');
  }

  function drawnTable(doc) {
    const drawn = doc.get('drawn'), teams = drawn.length > 0 && drawn[0].has('team');
    return table(['次序', '编号', '分层', '签号'].concat(teams ? ['检查人员'] : []), drawn, function (row) {
      return el('tr', '', [
        cell('次序', String(row.get('place')), 'n'),
        heading('th', 'row', my.shown(row.get('code'))),
        cell('分层', my.shown(row.get('stratum'))),
        cell('签号', my.shown(row.get('ticket'), 14), 'mono'),
      ].concat(teams ? [cell('检查人员', people(row.get('team')))] : []));
    });
  }

  function changesTable(changes) {
    return table(['时间', '对象', '变更', '事由'], changes, function (one) {
      const replaced = one.get('kind') === 'replace';
      const what = replaced ? '由 ' + my.shown(one.get('by')) + ' 递补' + (one.has('team') ? '，检查人员 ' + people(one.get('team')) : '') : my.shown(one.get('out')) + ' 换为 ' + my.shown(one.get('in'));
      return el('tr', '', [cell('时间', told(one.get('at')), 'nowrap'), heading('th', 'row', my.shown(one.get('code'))), cell('变更', what), cell('事由', one.get('reason'))]);
    });
  }

  // What the document says, once its shape is right; nothing for a broken one.
  function story(doc, file) {
    if (my.isLine(doc)) return [el('h3', '', '这一户'), lineFacts(doc, file)];
    const parts = [el('h3', '', '这份凭据'), receiptFacts(doc, file)], changes = doc.get('changes') || [];
    if (doc.has('rule')) parts.push(folded('抽中的对象和签号（' + doc.get('drawn').length + ' 户）', drawnTable(doc), doc.get('drawn').length <= 20));
    else parts.push(folded('检查过的对象（' + doc.get('drawn').length + ' 户）', table(['编号'], doc.get('drawn'), function (code) { return el('tr', '', heading('th', 'row', my.shown(code))); })));
    if (changes.length) parts.push(folded('递补和换人（' + changes.length + ' 项）', changesTable(changes), true));
    return parts;
  }

  // Everything about one file: {said, parts}; `said` is for those who hear the page.
  function report(bytes, commitment, name) {
    const checks = my.verifyBytes(bytes, commitment), said = verdictOf(checks), readable = checks[0].status === 'ok';
    const parts = [el('h2', '', '核对结果：' + name), verdict(said, checks), checkedList(checks)];
    const file = bytes.length <= my.MAX_BYTES && ['文件指纹（SHA-256）', my.bytesSha256(bytes), 'mono'];
    parts.push.apply(parts, readable ? story(my.parse(bytes), file) : [facts([file])]);
    const raw = el('pre', 'raw', checks.map(my.lineOf).join('\n'));
    raw.tabIndex = 0;
    raw.setAttribute('aria-label', '核对程序的原文');
    parts.push(folded('原文，和 Python 核对程序逐字相同', raw));
    return { said: said.title, parts: parts };
  }

  Object.assign(my, { report });
})(sjjVerify);
