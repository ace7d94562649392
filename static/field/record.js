// From the form to the record of a visit, the same as sjj/inspections/record_assembly.py makes of it.
// Reads the page only; sends nothing, decides nothing.

export function now(seconds) {
  // Shanghai time whatever zone the phone is set to: "2026-03-05T09:02", or with seconds and offset.
  const text = new Date(Date.now() + 8 * 3600e3).toISOString();
  return seconds ? text.slice(0, 19) + '+08:00' : text.slice(0, 16);
}

export function isoOf(milliseconds) {
  return new Date(milliseconds + 8 * 3600e3).toISOString().slice(0, 19) + '+08:00';
}

export function canonical(value) {
  if (Array.isArray(value)) return '[' + value.map(canonical).join(',') + ']';
  if (value && typeof value === 'object') {
    return '{' + Object.keys(value).sort().map(function (key) {
      return JSON.stringify(key) + ':' + canonical(value[key]);
    }).join(',') + '}';
  }
  return JSON.stringify(value);
}

export function unsigned(record) {
  const kept = Object.assign({}, record);
  delete kept.signatures;
  delete kept.device_now;
  return canonical(kept);
}

// Values of the form by name.
export function reader(form) {
  return {
    text: function (name) {
      const found = form.elements.namedItem(name);
      return found ? String(found.value || '').trim() : '';
    },
    ticked: function (name) {
      const found = form.elements.namedItem(name);
      return Boolean(found && found.checked);
    },
    list: function (name) {
      return Array.prototype.filter.call(form.elements, function (box) {
        return box.name === name && box.checked;
      }).map(function (box) { return box.value; });
    },
    time: function (name) {
      const text = this.text(name);
      if (text.length === 16) return text + ':00+08:00';
      return text.length === 19 && text.indexOf('T') > 0 ? text + '+08:00' : text;
    }
  };
}

function filled(value) {
  if (Array.isArray(value)) return value.map(filled);
  if (!value || typeof value !== 'object') return value;
  const kept = {};
  Object.keys(value).forEach(function (key) {
    const inner = filled(value[key]);
    const empty = inner === null || inner === undefined || inner === '' || inner === false ||
      (typeof inner === 'object' && !Object.keys(inner).length);
    if (!empty || key === 'revises') kept[key] = inner === undefined ? null : inner;
  });
  return kept;
}

function number(text) {
  const value = parseFloat(text);
  return isFinite(value) ? value : null;
}

export function namesOf(text) {
  return text.split(/[,，;；/、 　]+/).filter(Boolean);
}

// One line of a text, and the lines that the small forms write into the remarks: the same as sjj/rules/remarks.py.
export function flat(text) { return text.replace(/[ \t\r\n\f\v\u00a0\u3000]+/g, ' ').replace(/^ +| +$/g, ''); }

const SAMPLE = [['name', '样品名称'], ['quantity', '数量'], ['batch', '批号'], ['spare', '备样'], ['sent', '送检']];

export function sampleOf(read) {
  return SAMPLE.map(function (one) { return [one[1], flat(read.text('sampling-' + one[0])).replace(/；/g, '，')]; })
    .filter(function (one) { return one[1]; }).map(function (one) { return one.join(' '); }).join('；');
}

function remarksOf(read) {
  const policy = flat(read.text('policy_note')), sample = sampleOf(read);
  return [policy && '政策宣讲：' + policy, sample && '抽样：' + sample, read.text('remarks')].filter(Boolean).join('\n');
}

// {record, places}: places tells which field each part came from ("/answers/0" → "answers-3").
export function assemble(form, data, meta) {
  const read = reader(form), places = {}, text = function (name) { return read.text(name); };
  const some = function (prefix, names) {
    const made = {};
    names.forEach(function (name) { made[name] = text(prefix + '-' + name); });
    return made;
  };
  const inspected = text('outcome') === 'inspected';
  const started = read.time('started_at');
  const ticked = function (tick, at) { return read.ticked(tick) ? read.time(at) || started : ''; };
  const record = {
    inspection: data.inspection, form_version: data.formVersion, revises: text('revises') || null,
    outcome: text('outcome'), urgent: read.ticked('urgent'), started_at: started, ended_at: read.time('ended_at'),
    checkin: {
      method: text('checkin-method'), code: text('checkin-code'),
      at: read.time('checkin-at') || (text('checkin-method') ? started : ''),
      lat: number(text('checkin-lat')), lon: number(text('checkin-lon')), accuracy_m: number(text('checkin-accuracy_m')),
      reason: text('checkin-reason')
    },
    certificates_shown_at: ticked('certificates', 'certificates_shown_at'),
    rights_told_at: ticked('rights', 'rights_told_at'),
    policy_explained: read.ticked('policy_explained') || Boolean(text('policy_note')),
    assistants: namesOf(text('assistants')),
    present: some('present', ['name', 'post', 'phone']),
    narrative: text('narrative'), remarks: remarksOf(read)
  };
  const recusal = some('recusal', ['officer', 'by', 'reason']);
  if (recusal.officer || recusal.reason) record.recusal = recusal;

  const photos = [];
  const add = function (sha) { if (photos.indexOf(sha) < 0) photos.push(sha); };
  const answers = [], problems = [];
  data.points.forEach(function (point, at) {
    const name = 'answers-' + at, value = text(name + '-value'), own = read.list(name + '-photos');
    own.forEach(add);
    if (value || text(name + '-note') || own.length) {
      places['/answers/' + answers.length] = name;
      answers.push({ point: point.id, value: value, note: text(name + '-note'), photos: own });
    }
    if (value === 'problem') {
      places['/problems/' + problems.length] = name;
      problems.push(Object.assign({ item: point.item, point: point.id, text: text(name + '-note') },
        some(name, ['kind', 'clause', 'due'])));
    }
  });
  if (text('other-item') || text('other-text')) {
    places['/problems/' + problems.length] = 'other';
    problems.push(some('other', ['item', 'kind', 'clause', 'due', 'text']));
  }
  if (inspected) {
    const results = [];
    data.items.forEach(function (item, at) {
      const name = 'results-' + at;
      if (!text(name + '-result') && !text(name + '-note')) return;
      places['/results/' + results.length] = name;
      results.push({ item: item.code, result: text(name + '-result'), note: text(name + '-note') });
    });
    record.answers = answers;
    record.results = results;
    record.problems = problems;
  }
  read.list('photos').forEach(add);
  record.photos = photos.map(function (sha) { return Object.assign({ sha256: sha }, data.photos[sha], meta[sha]); });
  return { record: filled(record), places: places };
}

export function signatures(form, data, places) {
  const read = reader(form), rows = [];
  const slots = data.team.map(function (one, at) { return ['officer-' + at, 'officer', one.name, one.officer]; });
  slots.push(['present', 'present', read.text('present-name'), ''], ['witness', 'witness', '', '']);
  slots.forEach(function (slot) {
    const name = 'sign-' + slot[0], image = read.text(name + '-image');
    const refused = slot[1] === 'present' && read.ticked(name + '-refused');
    if (!image && !refused) return;
    places['/signatures/' + rows.length] = name;
    rows.push({
      role: slot[1], name: read.text(name + '-name') || slot[2], officer: slot[3], image: refused ? '' : image,
      signed_sha256: refused ? '' : read.text(name + '-signed'),
      at: read.time(name + '-at') || now(true), refused: refused, reason: refused ? read.text(name + '-reason') : ''
    });
  });
  return filled(rows);
}

// The field that a JSON Pointer into the record means.
export function fieldOf(pointer, places) {
  const parts = pointer.split('/').slice(1);
  for (let length = parts.length; length > 0; length--) {
    const place = places['/' + parts.slice(0, length).join('/')];
    if (place) return [place].concat(parts.slice(length)).join('-');
  }
  return parts.join('-');
}
