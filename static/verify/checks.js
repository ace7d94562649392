// Checking a draw receipt, part 5 of 6: every check, in order, and the line each one prints.
//
// `sjjVerify.verifyBytes(bytes, commitment)` is what everything else is for. A check is {name, status, reason}.
(function (my) {
  'use strict';
  const shown = my.shown, MIN_DIGITS = 8;
  const COMMITMENT_KEYS = ['agency', 'campaign', 'draw_no', 'serial', 'frozen_at', 'pool_sha256', 'rule_sha256', 'public_rule_sha256', 'secret_sha256', 'previous'];
  const PUBLIC_RULE_KEYS = ['method', 'strata', 'team', 'sources'];

  function check(name, status, reason) {
    return { name: name, status: status, reason: reason };
  }

  function judge(name, faults, fine) {
    if (!faults.length) return check(name, 'ok', fine);
    return check(name, 'FAIL', faults.slice(0, 5).join('；') + (faults.length > 5 ? '……等' + faults.length + '处' : ''));
  }

  function differs(what, stated, computed) {
    if (stated === computed) return [];
    const texts = [Array.from(stated), Array.from(computed)]; // characters, as Python counts them
    let alike = 0;
    while (alike < Math.min(texts[0].length, texts[1].length) && texts[0][alike] === texts[1][alike]) alike++;
    const start = alike >= 16 ? alike : 0;
    const sides = texts.map(function (text) { return (start ? '…' : '') + shown(text.slice(start).join(''), 16); });
    return [what + '与内容不符：凭据写' + sides[0] + '，复算得' + sides[1]];
  }

  function sha256Of(map, keys) {
    return my.sha256(my.canonical(keys ? new Map(keys.map(function (key) { return [key, map.get(key)]; })) : map));
  }

  function twice(names, what) {
    const seen = new Map(), faults = [];
    for (const name of names) seen.set(name, (seen.get(name) || 0) + 1);
    for (const [name, count] of seen) if (count > 1) faults.push(what + '“' + shown(name) + '”重复' + count + '次');
    return faults;
  }

  function codesOf(rows) {
    return rows.map(function (row) { return row.get('code'); });
  }

  function checkTimes(doc) {
    const moments = [['冻结', doc.get('frozen_at')], ['抽取', doc.get('drawn_at')]], faults = [];
    (doc.get('changes') || []).forEach(function (change, at) { moments.push(['第' + (at + 1) + '项变更', change.get('at')]); });
    for (let at = 1; at < moments.length; at++) {
      const [before, earlier] = moments[at - 1], [after, later] = moments[at];
      if (my.isEarlier(later, earlier)) faults.push(after + '时间' + shown(later) + '早于' + before + '时间' + shown(earlier));
    }
    return judge('时间先后', faults, '冻结、抽取、变更依次发生');
  }

  function checkPool(doc, lineHashes) {
    const codes = codesOf(doc.get('pool')), faults = twice(codes, '对象');
    if (!my.isSorted(codes)) faults.push('名单未按编号排列');
    return judge('对象名单', faults.concat(differs('名单指纹', doc.get('pool_sha256'), my.poolSha256(lineHashes))), codes.length + '户，名单与指纹相符');
  }

  function checkPublished(doc, commitment) {
    const name = '公布的承诺', own = doc.get('commitment_sha256');
    if (commitment === null || commitment === undefined) return check(name, '--', '没有给出冻结时公布的承诺指纹，请给出后再核对一次');
    const given = my.strip(commitment).toLowerCase();
    if (given !== own) return check(name, 'FAIL', '公布的是' + shown(given, 16) + '，凭据是' + own.slice(0, 16) + '…');
    return check(name, 'ok', '与冻结时公布的承诺指纹一致');
  }

  function checkCommitment(doc, commitment) {
    const faults = differs('承诺', doc.get('commitment_sha256'), sha256Of(doc, COMMITMENT_KEYS));
    if ((doc.get('serial') === 1) !== (doc.get('previous') === '')) faults.push('第1号承诺之前应为空，其后各号须写明前一份承诺');
    return [judge('承诺', faults, '本机关第' + doc.get('serial') + '号承诺，与内容相符'), checkPublished(doc, commitment)];
  }

  function checkSeed(doc) {
    const parts = ['draw_no', 'pool_sha256', 'rule_sha256', 'secret'].map(function (key) { return doc.get(key); });
    return [
      judge('密数', differs('密数指纹', doc.get('secret_sha256'), my.sha256(doc.get('secret'))), '与冻结时的指纹相符'),
      judge('种子', differs('种子', doc.get('seed'), parts.concat(doc.get('values')).join('|')), '由文号、指纹、密数和外部数字组成'),
    ];
  }

  function checkRuleHashes(doc, full) {
    const rule = doc.get('rule');
    const open = judge('公开规则', differs('公开规则指纹', doc.get('public_rule_sha256'), sha256Of(rule, PUBLIC_RULE_KEYS)), '与指纹相符');
    if (!full) return [check('完整规则', '--', '公开版不含人员名册，完整规则的指纹无法由本文件证明'), open];
    return [judge('完整规则', differs('规则指纹', doc.get('rule_sha256'), sha256Of(rule)), '与指纹相符'), open];
  }

  function tooFewDigits(digits) {
    return digits < MIN_DIGITS ? ['外部数字合计只有' + digits + '位，至少要' + MIN_DIGITS + '位'] : [];
  }

  function sum(numbers) {
    return numbers.reduce(function (total, one) { return total + one; }, 0);
  }

  function valueFaults(digits, values) {
    const faults = values.length === digits.length ? [] : ['规则有' + digits.length + '个外部来源，给出' + values.length + '个数字'];
    values.forEach(function (value, at) {
      if (!/^[0-9]+$/.test(value)) faults.push('第' + (at + 1) + '个外部数字只能由数字0至9组成');
      else if (at < digits.length && value.length !== digits[at]) {
        faults.push('第' + (at + 1) + '个外部数字应为' + digits[at] + '位，给出' + value.length + '位');
      }
    });
    return faults;
  }

  function checkSources(rule, values) {
    const sources = rule.get('sources'), digits = sources.map(function (one) { return one.get('digits'); });
    const origins = new Set(sources.map(function (one) { return one.get('from'); })).size;
    const alone = origins < 2 && !sources.some(function (one) { return one.get('kind') === 'lottery'; });
    const faults = alone ? ['外部来源只有' + origins + '个相互独立的，至少要2个，或者一个公开彩票号码'] : [];
    return [
      judge('外部来源', faults.concat(tooFewDigits(sum(digits))), '来源独立，位数足够'),
      judge('外部数字', valueFaults(digits, values), '共' + values.length + '个，位数与规则一致'),
    ];
  }

  function checkStrata(rows, rule, full) {
    const strata = rule.get('strata'), count = new Map(), faults = [];
    for (const row of rows) count.set(row.stratum, (count.get(row.stratum) || 0) + 1);
    for (const name of my.sortedKeys(count)) {
      if (!strata.has(name)) faults.push('名单中有' + count.get(name) + '户属于“' + shown(name) + '”，规则中没有这一层');
    }
    let closed = false;
    for (const name of my.sortedKeys(strata)) {
      const one = strata.get(name), size = one.get('size'), actual = count.get(name) || 0;
      closed = closed || one.get('closed');
      if (size !== actual) faults.push('“' + shown(name) + '”规则写明' + size + '户，名单实有' + actual + '户');
      if (one.get('take') > size) faults.push('“' + shown(name) + '”要抽' + one.get('take') + '户，多于' + size + '户');
      if (one.get('closed') && !/^G[1-9][0-9]*$/.test(name)) faults.push('“' + shown(name) + '”是不公开的层，应使用G1、G2这样的中性名称');
    }
    if (!full && closed) faults.push('有不公开的层，公开版不得写明分层');
    return judge('分层与户数', faults, strata.size + '层，户数属实');
  }

  function teamFaults(team) {
    const least = team.get('unit') === 'officer' ? 2 : 1;
    return team.get('size') < least ? ['每户至少' + least + '，规则写明' + team.get('size')] : [];
  }

  function checkStaff(rows, rule) {
    const codes = rows.map(function (row) { return row.code; }), known = new Set(codes), size = rule.get('team').get('size');
    const names = codesOf(rule.get('officers')), needs = rule.get('needs'), asked = my.sortedKeys(needs), repeated = twice(names, '执法人员');
    let faults = teamFaults(rule.get('team')).concat(repeated);
    if (!repeated.length && !my.isSorted(names)) faults.push('执法人员未按编号排列');
    for (const code of asked) if (!known.has(code)) faults.push('专长要求中的“' + shown(code) + '”不在名单中');
    for (const code of asked) {
      const places = needs.get(code).length;
      if (places > size) faults.push('“' + shown(code) + '”要求' + places + '个位置，检查组只有' + size + '个');
    }
    const staff = new my.Staff(rule), short = staff.unfillable(codes);
    const sentences = short.map(function (one, at) { return at < 5 ? unfillableSentence(one, staff.bars(one.code, one.needed)) : ''; });
    return [
      judge('人员与要求', faults, names.length + '名执法人员，要求合规'),
      judge('每户可派人员', sentences, '每户每个位置都有足够可派的人员'),
    ];
  }

  function unfillableSentence(one, bars) {
    const tags = one.needed.length ? '（需' + listed(one.needed, '或') + '）' : '';
    const why = bars.slice(0, 20).map(function (bar) { return shown(bar[0]) + '：' + shown(bar[1]); }).join('；');
    return '“' + shown(one.code) + '”第' + one.place + '个位置' + tags + '至少要' + one.place + '个可派的，只有' + one.have + '个' + (why ? '（' + why + '）' : '');
  }

  function listed(names, between) {
    return names.map(function (name) { return shown(name); }).join(between || '、');
  }

  function isSame(one, other) {
    return one.length === other.length && one.every(function (name, at) { return name === other[at]; });
  }

  function checkDrawn(doc, replay) {
    const drawn = doc.get('drawn'), right = replay.drawn, faults = [];
    if (drawn.length !== right.length) faults.push('凭据抽中' + drawn.length + '户，复算应为' + right.length + '户');
    for (let at = 0; at < Math.min(drawn.length, right.length); at++) {
      const row = drawn[at], one = right[at], place = at + 1;
      if (row.get('code') !== one.code) faults.push('第' + place + '位写“' + shown(row.get('code')) + '”，复算应为“' + shown(one.code) + '”');
      else if (row.get('place') !== place || row.get('stratum') !== one.stratum || row.get('ticket') !== one.ticket) {
        faults.push('第' + place + '位“' + shown(one.code) + '”的序号、层或签号与复算不符');
      }
    }
    return judge('抽中对象', faults, drawn.length + '户，逐户复算一致');
  }

  function checkTeams(doc, replay) {
    const name = '检查人员', faults = [];
    try {
      replay.chooseTeams(doc.get('rule'));
    } catch (nobody) {
      if (nobody instanceof my.Impossible) return check(name, 'FAIL', '复算时' + nobody.message);
      throw nobody;
    }
    for (const row of doc.get('drawn')) {
      const right = replay.teams.get(row.get('code'));
      if (right && !isSame(right, row.get('team'))) faults.push('“' + shown(row.get('code')) + '”写' + listed(row.get('team')) + '，复算应为' + listed(right));
    }
    return judge(name, faults, '逐户复算一致');
  }

  // A public receipt proves nothing about who was chosen; what it lists must still make sense.
  function checkListedTeams(doc) {
    const unproven = check('人员抽取', '--', '公开版不含人员名册，选派过程无法由本文件证明，监督人员持有完整凭据');
    if (!my.showsTeams(doc)) return [unproven];
    const size = doc.get('rule').get('team').get('size'), faults = [];
    for (const row of doc.get('drawn').concat(doc.get('changes'))) {
      const team = row.get('team');
      if (team && (team.length !== size || new Set(team).size !== size)) faults.push('“' + shown(row.get('code')) + '”的检查组应为' + size + '个且不重复');
    }
    return [judge('公开的检查人员', faults, '每户' + size + '个，不重复'), unproven];
  }

  // Why one change is wrong, or null; the replay moves on. `teams`: as listed, where none is recomputed.
  function changeFault(change, replay, teams) {
    const code = change.get('code');
    if (change.get('kind') === 'replace') {
      const right = replay.replace(code);
      if (change.get('by') !== right.code) return '递补写“' + shown(change.get('by')) + '”，复算应为“' + shown(right.code) + '”';
      if (change.get('stratum') !== right.stratum || change.get('ticket') !== right.ticket) return '“' + shown(right.code) + '”的层或签号与复算不符';
      const team = replay.teams.get(right.code);
      if (replay.staff && !isSame(change.get('team'), team)) return '“' + shown(right.code) + '”的检查组复算应为' + listed(team);
      if (teams) teams.set(right.code, (change.get('team') || []).slice());
      return null;
    }
    if (replay.staff) {
      const chosen = replay.substitute(code, change.get('out'));
      return change.get('in') === chosen ? null : '换入写“' + shown(change.get('in')) + '”，复算应为“' + shown(chosen) + '”';
    }
    const team = teams.get(code), at = team ? team.indexOf(change.get('out')) : -1;
    if (!replay.active.has(code) || at < 0 || team.indexOf(change.get('in')) >= 0) return '换出的不在检查组中，或换入的已在检查组中';
    team[at] = change.get('in');
    return null;
  }

  function checkChanges(doc, replay) {
    const changes = doc.get('changes');
    let teams = null;
    if (!replay.staff) teams = new Map(doc.get('drawn').map(function (row) { return [row.get('code'), (row.get('team') || []).slice()]; }));
    for (let at = 0; at < changes.length; at++) {
      let fault;
      try {
        fault = changeFault(changes[at], replay, teams);
      } catch (impossible) {
        if (!(impossible instanceof my.Impossible)) throw impossible;
        fault = impossible.message;
      }
      if (fault) return check('变更', 'FAIL', '第' + (at + 1) + '项：' + fault);
    }
    return check('变更', 'ok', changes.length ? changes.length + '项，逐项复算一致' : '没有变更');
  }

  my.kit = { check, judge, differs, twice, codesOf, checkTimes, checkPool, checkPublished, checkCommitment, checkSeed, checkRuleHashes, tooFewDigits, sum, valueFaults, checkSources, checkStrata, teamFaults, checkStaff, checkDrawn, checkTeams, checkListedTeams, checkChanges };
})(sjjVerify);
