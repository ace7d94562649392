// Problems and troubles on the form: a summary that leads to each field, and one loud notice. Decides nothing.

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

// `found`: [{id, text}], id being the name of a field or the start of one.
export function showProblems(found) {
  const box = document.getElementById('problems'), list = box.querySelector('[data-problem-list]');
  document.querySelectorAll('.problem.said').forEach(function (one) { one.remove(); });
  list.textContent = '';
  box.querySelector('[data-problem-count]').textContent = found.length;
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

export function say(title, text) {
  const trouble = document.querySelector('[data-trouble]');
  trouble.querySelector('[data-trouble-title]').textContent = title;
  trouble.querySelector('[data-trouble-text]').textContent = text;
  trouble.hidden = false;
  trouble.scrollIntoView({ block: 'center' });
}

export function hush() { document.querySelector('[data-trouble]').hidden = true; }
