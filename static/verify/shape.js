// Checking a draw receipt, part 4 of 6: the keys, types and texts a document must have, told one by one.
//
// A shape is a function (value, where, out) that adds Chinese sentences to `out`.
(function (my) {
  'use strict';
  const FORMAT = 'sjj-draw/2', LINE_FORMAT = 'sjj-line/1', METHOD = 'consistent-sampling-2';
  const ENOUGH = 1000; // a hostile file may hold millions of faults; after so many nobody looks further

  function texts(faultOf) {
    return function (value, where, out) {
      const fault = typeof value === 'string' ? faultOf(value) : '应为文字';
      if (fault) out.push(where + '：' + fault);
    };
  }

  function hex(digits, mayBeEmpty) {
    const pattern = new RegExp('^[0-9a-f]{' + digits + '}$');
    return texts(function (text) {
      return pattern.test(text) || (mayBeEmpty && text === '') ? null : '应为' + digits + '位小写十六进制';
    });
  }

  function whole(least) {
    return function (value, where, out) {
      if (typeof value !== 'number' || value < least || value > my.BIGGEST) out.push(where + '：应为不小于' + least + '的整数');
    };
  }

  function oneOf(allowed) {
    return texts(function (text) { return allowed.indexOf(text) >= 0 ? null : '应为' + allowed.join('、') + '之一'; });
  }

  function flag(value, where, out) {
    if (typeof value !== 'boolean') out.push(where + '：应为真或假');
  }

  function listOf(shape) {
    return function (value, where, out) {
      if (!Array.isArray(value)) {
        out.push(where + '：应为列表');
        return;
      }
      for (let index = 0; index < value.length; index++) {
        if (out.length > ENOUGH) return;
        shape(value[index], where + '[' + index + ']', out);
      }
    };
  }

  function mapOf(key, shape) {
    return function (value, where, out) {
      if (!(value instanceof Map)) {
        out.push(where + '：应为对象');
        return;
      }
      for (const [name, item] of value) {
        if (out.length > ENOUGH) return;
        key(name, where + '的键“' + my.shown(name) + '”', out);
        shape(item, where + '.' + my.shown(name), out);
      }
    };
  }

  function record(fields) {
    const keys = Object.keys(fields);
    return function (value, where, out) {
      if (!(value instanceof Map)) {
        out.push(where + '：应为对象');
        return;
      }
      if (value.size !== keys.length || !keys.every(function (key) { return value.has(key); })) {
        for (const key of keys) if (!value.has(key)) out.push(where + '：缺少“' + key + '”');
        const extra = Array.from(value.keys()).filter(function (key) { return keys.indexOf(key) < 0; });
        for (const key of extra.slice(0, ENOUGH)) out.push(where + '：多出“' + my.shown(key) + '”');
      }
      for (const key of keys) if (value.has(key)) fields[key](value.get(key), where + '.' + key, out);
    };
  }

  const text = texts(my.textFault), name = texts(my.nameFault), filled = texts(my.filledFault), time = texts(my.momentFault), hash = hex(64);
  const ticketFault = function (value) { return /^0\.[0-9]{64,78}$/.test(value) ? null : '应为签号'; };

  const HEAD = {
    format: oneOf([FORMAT]),
    kind: oneOf(['full', 'public']),
    draw_no: name,
    agency: text,
    campaign: text,
    frozen_at: time,
    drawn_at: time,
    serial: whole(1),
    pool_sha256: hash,
    rule_sha256: hash,
    public_rule_sha256: hash,
    secret_sha256: hash,
    previous: hex(64, true),
    commitment_sha256: hash,
    secret: hash,
    values: listOf(text),
    seed: text,
  };
  const PUBLIC_RULE = {
    method: oneOf([METHOD]),
    strata: mapOf(name, record({ size: whole(0), take: whole(0), basis: text, closed: flag })),
    team: record({ size: whole(1), unit: oneOf(['officer', 'group']) }),
    sources: listOf(record({ from: text, kind: oneOf(['dice', 'balls', 'lottery', 'other']), issue: text, digits: whole(1) })),
  };
  const FULL_RULE = Object.assign({}, PUBLIC_RULE, {
    salt: hex(32),
    officers: listOf(record({ code: name, groups: listOf(name), tags: listOf(name), load: whole(0) })),
    needs: mapOf(name, listOf(listOf(name))),
    barred: mapOf(name, mapOf(name, text)),
  });
  const POOL_ROW = record({ code: name, stratum: name, salt: hex(32) });
  const CLOSED_ROW = record({ code: name, line_sha256: hash });
  const LINE = record({
    format: oneOf([LINE_FORMAT]),
    agency: text,
    campaign: text,
    draw_no: name,
    serial: whole(1),
    frozen_at: time,
    pool_sha256: hash,
    rule_sha256: hash,
    public_rule_sha256: hash,
    secret_sha256: hash,
    previous: hex(64, true),
    commitment_sha256: hash,
    drawn_at: time,
    seed: text,
    code: name,
    stratum: name,
    salt: hex(32),
    line_sha256: hash,
    ticket: texts(ticketFault),
    group_size: whole(1),
    take: whole(0),
    cut_off_ticket: texts(function (value) { return value ? ticketFault(value) : null; }),
    is_drawn: flag,
    is_supplement: flag,
  });

  // One change. Without teams a substitution has no place in the document.
  function change(teams, approver) {
    const common = { kind: text, code: name, evidence_sha256: hash, at: time };
    if (approver) common.approver = filled;
    const reasons = oneOf(['注销', '吊销', '迁出', '停业', '查无下落']);
    const replace = Object.assign({}, common, { by: name, stratum: name, ticket: text, reason: reasons });
    if (teams) replace.team = listOf(name);
    const shapes = new Map([['replace', record(replace)]]);
    if (teams) shapes.set('substitute', record(Object.assign({}, common, { out: name, in: name, reason: oneOf(['病假', '公差', '调离', '回避']) })));
    return function (value, where, out) {
      const kind = value instanceof Map ? value.get('kind') : undefined, shape = shapes.get(kind);
      if (shape) shape(value, where, out);
      else out.push(where + '：变更种类“' + my.shown(kind) + '”不能出现在这里');
    };
  }

  function drawnRow(teams) {
    const fields = { place: whole(1), code: name, stratum: name, ticket: text };
    return record(teams ? Object.assign(fields, { team: listOf(name) }) : fields);
  }

  // Whether any row of a public receipt carries officers: then all must.
  function showsTeams(document) {
    return [document.get('drawn'), document.get('changes')].some(function (rows) {
      return Array.isArray(rows) && rows.some(function (row) {
        return row instanceof Map && (row.has('team') || row.get('kind') === 'substitute');
      });
    });
  }

  // Everything wrong with the keys, types and texts of a receipt.
  function shapeFaults(document) {
    const out = [];
    if (!(document instanceof Map)) return ['凭据应为一个JSON对象'];
    for (const key of ['format', 'kind']) {
      if (document.has(key)) HEAD[key](document.get(key), key, out);
      else out.push('缺少“' + key + '”');
    }
    if (out.length) return out;
    const full = document.get('kind') === 'full', teams = full || showsTeams(document);
    const rest = full || document.has('rule') ? {
      pool: listOf(POOL_ROW),
      rule: record(full ? FULL_RULE : PUBLIC_RULE),
      drawn: listOf(drawnRow(teams)),
      changes: listOf(change(teams, full)),
    } : { pool: listOf(CLOSED_ROW), drawn: listOf(name) };
    record(Object.assign({}, HEAD, rest))(document, '凭据', out);
    return out;
  }

  function lineFaults(document) {
    const out = [];
    LINE(document, '凭据', out);
    return out;
  }

  function isLine(document) {
    return document instanceof Map && document.get('format') === LINE_FORMAT;
  }

  Object.assign(my, { showsTeams, shapeFaults, lineFaults, isLine });
})(sjjVerify);
