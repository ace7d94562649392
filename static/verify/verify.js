// Checking a draw receipt, part 6 of 6: which checks a document allows, in the order they are printed.
//
// `sjjVerify.verifyBytes(bytes, commitment)` is what the files before are for. A check is {name, status, reason};
// the status is `ok`, `FAIL` or `--` (what this document cannot prove).
(function (my) {
  'use strict';
  const kit = my.kit, check = kit.check, judge = kit.judge;

  // Any stratum closed: only hashes of lines, and the codes inspected in the end.
  function verifyClosed(doc, commitment) {
    const drawn = doc.get('drawn'), values = doc.get('values'), lengths = values.map(my.lengthOf), digits = kit.sum(lengths);
    const known = new Set(kit.codesOf(doc.get('pool'))), listed = kit.twice(drawn, '对象');
    if (!my.isSorted(drawn)) listed.push('检查过的对象未按编号排列');
    for (const code of drawn) if (!known.has(code)) listed.push('“' + my.shown(code) + '”不在名单中');
    const held = '有不公开的层，公开版无法证明，监督人员持有完整凭据，可凭其复算';
    return [
      kit.checkTimes(doc),
      kit.checkPool(doc, doc.get('pool').map(function (row) { return row.get('line_sha256'); })),
      check('完整规则', '--', held),
    ].concat(kit.checkCommitment(doc, commitment), [
      judge('外部数字', kit.valueFaults(lengths, values).concat(kit.tooFewDigits(digits)), '共' + values.length + '个，合计' + digits + '位'),
    ], kit.checkSeed(doc), [
      judge('检查过的对象', listed, drawn.length + '户，都在名单中'),
      check('对象抽取', '--', held + '；各企业可索取自己一行、签号和入选界限自行核对'),
      check('人员抽取', '--', held),
    ]);
  }

  function verifyOpen(doc, commitment) {
    const full = doc.get('kind') === 'full', rule = doc.get('rule');
    const rows = doc.get('pool').map(function (row) { return { code: row.get('code'), stratum: row.get('stratum'), salt: row.get('salt') }; });
    const lines = rows.map(function (row) { return my.lineSha256(row.code, row.stratum, row.salt); });
    const replay = new my.Replay(doc.get('seed'), rows, rule.get('strata'));
    const checks = [kit.checkTimes(doc), kit.checkPool(doc, lines)].concat(
      kit.checkRuleHashes(doc, full),
      kit.checkCommitment(doc, commitment),
      kit.checkSources(rule, doc.get('values')),
      kit.checkSeed(doc),
      [kit.checkStrata(rows, rule, full)],
      full ? kit.checkStaff(rows, rule) : [judge('检查组人数', kit.teamFaults(rule.get('team')), '符合规定')],
      [kit.checkDrawn(doc, replay)],
      full ? [kit.checkTeams(doc, replay)] : kit.checkListedTeams(doc)
    );
    const stuck = full && replay.teams.size < replay.drawn.length;
    return checks.concat([stuck ? check('变更', 'FAIL', '检查人员无法复算，变更也就无法核对') : kit.checkChanges(doc, replay)]);
  }

  // --- One enterprise's own line ------------------------------------------------------------------------

  // The seed is that of the commitment: only the outside values in it are not fixed by it.
  function checkLineSeed(doc) {
    const start = [doc.get('draw_no'), doc.get('pool_sha256'), doc.get('rule_sha256'), ''].join('|'), seed = doc.get('seed'), rest = seed.slice(start.length);
    const fine = seed.startsWith(start) && /^[0-9a-f]{64}(\|[0-9]+)+$/.test(rest);
    const faults = fine ? kit.differs('密数指纹', doc.get('secret_sha256'), my.sha256(rest.slice(0, 64))) : ['种子不是由本次文号、名单指纹、规则指纹、密数和外部数字组成'];
    return judge('种子', faults, '由文号、指纹、密数和外部数字组成');
  }

  function checkLineTicket(doc) {
    const stated = doc.get('ticket'), right = new my.Tickets(doc.get('seed')).of(my.objectId(doc.get('code'), doc.get('salt')));
    const faults = stated === right ? [] : ['写' + stated.slice(0, 16) + '…，复算得' + right.slice(0, 16) + '…'];
    return judge('签号', faults, '由种子和本户编号、盐值算出，与复算一致');
  }

  function checkLineGroup(doc) {
    const size = doc.get('group_size'), take = doc.get('take'), faults = take > size ? ['要抽' + take + '户，多于' + size + '户'] : [];
    if ((take === 0) !== (doc.get('cut_off_ticket') === '')) faults.push('抽0户的组没有入选界限，其他组必须写明入选界限');
    return judge('分组', faults, '本组' + size + '户，抽' + take + '户');
  }

  // Drawn means: the ticket is not greater than the cut-off. Who came in later lies after the cut-off.
  function checkLineDrawn(doc) {
    const name = '是否抽中', drawn = doc.get('is_drawn'), later = doc.get('is_supplement');
    const within = doc.get('ticket') <= doc.get('cut_off_ticket'); // digits only: any comparison of texts will do
    if (within !== drawn) return check(name, 'FAIL', '签号' + (within ? '不大于' : '大于') + '入选界限，却写' + (drawn ? '抽中' : '没有抽中'));
    if (drawn && later) return check(name, 'FAIL', '抽取时已经抽中的，不会再递补');
    if (!drawn && doc.get('take') === doc.get('group_size')) return check(name, 'FAIL', '这一组全部抽取，却写没有抽中');
    if (later && doc.get('take') === 0) return check(name, 'FAIL', '没有抽取的组不会有递补');
    if (drawn) return check(name, 'ok', '签号不大于入选界限，抽中');
    return check(name, 'ok', later ? '签号大于入选界限，抽取时没有抽中，后来按次序递补' : '签号大于入选界限，没有抽中');
  }

  function verifyLine(doc, commitment) {
    const faults = my.lineFaults(doc), shape = judge('凭据格式', faults, '一户的说明，项目齐全，格式正确');
    if (faults.length) return [shape];
    const right = my.lineSha256(doc.get('code'), doc.get('stratum'), doc.get('salt')), stated = doc.get('line_sha256');
    const checks = [
      shape,
      kit.checkTimes(doc),
      judge('本户一行', kit.differs('指纹', stated, right), '与指纹相符'),
    ].concat(kit.checkCommitment(doc, commitment), [
      checkLineSeed(doc),
      checkLineTicket(doc),
      checkLineGroup(doc),
      checkLineDrawn(doc),
      check('公开凭据', '--', '抽取时间和种子末尾的外部数字须与公开凭据对照'),
      check('名单中的一行', '--', '请在公开凭据的名单中查找本户指纹' + stated.slice(0, 16) + '…'),
      check('入选界限', '--', '户数和界限须对照公开凭据；有不公开的层时，由持有完整凭据的监督人员核对'),
    ]);
    if (doc.get('is_supplement')) checks.push(check('递补', '--', '递补的次序和事由须对照凭据中的变更'));
    return checks;
  }

  // --- Any document -------------------------------------------------------------------------------------

  function verify(doc, commitment) {
    if (my.isLine(doc)) return verifyLine(doc, commitment);
    const faults = my.shapeFaults(doc), shape = judge('凭据格式', faults, '项目齐全，格式正确');
    if (faults.length) return [shape];
    return [shape].concat(doc.has('rule') ? verifyOpen(doc, commitment) : verifyClosed(doc, commitment));
  }

  // Whatever the bytes are, the answer is a list of checks.
  function verifyBytes(bytes, commitment) {
    try {
      return verify(my.parse(bytes), commitment);
    } catch (refused) {
      if (refused instanceof my.Refused) return [check('读取', 'FAIL', refused.message)];
      throw refused;
    }
  }

  // A check as the Python program prints it.
  function lineOf(one) {
    return one.status.padEnd(4) + ' ' + one.name + '：' + one.reason;
  }

  Object.assign(my, { verify, verifyBytes, lineOf });
})(sjjVerify);
