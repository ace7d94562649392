// One photo over the whole screen: to look at closely, to give it words, to move it earlier or later, to take it out.
// Built at its first use; the picture is opened when it is looked at and let go afterwards.
function made(tag, cls, more) { return Object.assign(document.createElement(tag), { className: cls }, tag === 'button' ? { type: 'button' } : {}, more); }

// `acts`: about(sha), blobOf(sha) → Blob or address, word(tile, text), move(tile, by), remove(tile).
export function photoViewer(acts) {
  let sheet = null, part = {}, tile = null, all = [], url = '', back = null, filling = false;

  function button(name, text, cls, act) {
    part[name] = made('button', 'btn ' + cls, { textContent: text });
    part[name].addEventListener('click', act);
    return part[name];
  }

  function build() {
    sheet = made('div', 'viewer', { hidden: true });
    [['role', 'dialog'], ['aria-modal', 'true'], ['aria-labelledby', 'viewer-title']].forEach(function (one) { sheet.setAttribute(one[0], one[1]); });
    part.title = made('p', 'strong', { id: 'viewer-title' });
    part.image = made('img', '', { alt: '' });
    part.unseen = made('p', 'unseen', { hidden: true });
    part.facts = made('p', 'small muted');
    part.words = made('textarea', '', { id: 'viewer-words', maxLength: 60, rows: 2 });
    part.words.setAttribute('autocomplete', 'off');
    part.words.addEventListener('input', function () { if (!filling) acts.word(tile, part.words.value.replace(/\s+/g, ' ').trim()); });
    const frame = made('div', 'viewer-frame'), head = made('div', 'row apart'), field = made('div', 'field'), turn = made('div', 'viewer-foot'), foot = made('div', 'viewer-foot');
    head.append(part.title, button('close', '完成', 'main', close));
    frame.append(part.image, part.unseen);
    field.append(made('label', '', { htmlFor: 'viewer-words', textContent: '照片说明' }), part.words);
    turn.append(button('previous', '上一张', '', function () { look(-1); }), button('next', '下一张', '', function () { look(1); }));
    foot.append(button('earlier', '往前移', '', function () { shift(-1); }), button('later', '往后移', '', function () { shift(1); }), button('out', '删除', 'bad', takeOut));
    sheet.append(head, frame, part.facts, field, turn, foot);
    sheet.addEventListener('keydown', keys);
    document.body.append(sheet);
  }

  function keys(event) {
    if (event.key === 'Escape') return close();
    if (event.key !== 'Tab') return;
    const stops = Array.prototype.filter.call(sheet.querySelectorAll('button, textarea'), function (one) { return !one.disabled; });
    const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (document.activeElement !== edge) return;
    event.preventDefault();
    stops[event.shiftKey ? stops.length - 1 : 0].focus();
  }

  function drop() {
    if (url) URL.revokeObjectURL(url);
    url = '';
    part.image.removeAttribute('src');
  }

  async function show() {
    const shown = tile, sha = tile.getAttribute('data-sha'), about = acts.about(sha), at = all.indexOf(tile);
    drop();
    part.title.textContent = '照片 ' + (at + 1) + '，共 ' + all.length + ' 张';
    part.words.value = about.caption || '';
    filling = true;
    part.words.dispatchEvent(new Event('input', { bubbles: true })); // whoever counts its letters
    filling = false;
    part.facts.textContent = (about.taken_at ? about.taken_at.slice(0, 16).replace('T', ' ') + ' 拍摄' : '没有拍摄时间') + (about.lat === undefined ? '，没有位置' : '，北纬 ' + about.lat.toFixed(5) + '，东经 ' + about.lon.toFixed(5));
    part.previous.disabled = part.earlier.disabled = !at;
    part.next.disabled = part.later.disabled = at === all.length - 1;
    const found = await acts.blobOf(sha);
    if (shown !== tile || sheet.hidden) return;
    part.unseen.hidden = true;
    part.image.hidden = false;
    part.image.alt = part.title.textContent;
    part.image.onerror = function () { part.image.hidden = true; part.unseen.hidden = false; part.unseen.textContent = (shown.querySelector('.unseen') || { textContent: '照片打不开' }).textContent; };
    if (found instanceof Blob) url = URL.createObjectURL(found);
    part.image.src = url || found;
  }

  function look(by) { tile = all[all.indexOf(tile) + by] || tile; show(); }

  function shift(by) {
    const at = all.indexOf(tile);
    acts.move(tile, by);
    all.splice(at, 1);
    all.splice(at + by, 0, tile);
    show();
  }

  function takeOut() { back = null; close(); acts.remove(tile); }

  function close() {
    if (sheet.hidden) return;
    sheet.hidden = true;
    drop();
    document.documentElement.classList.remove('pad-open');
    if (back) back.focus();
  }

  return {
    open: function (from, tiles) {
      if (!sheet) build();
      tile = from;
      all = tiles.slice();
      back = from.querySelector('.look');
      sheet.hidden = false;
      document.documentElement.classList.add('pad-open');
      show();
      part.close.focus();
    }
  };
}
