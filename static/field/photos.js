// Photos of the form: each is taken in upright and small, kept on the phone with its time and place, then shown as a tile
// that can be looked at, given words, moved, taken out and put back. They leave with the record, from the outbox.
import { sha256 } from '../js/sha256.js';
import { bytesOf, NoPicture, pictureOf } from './pictures.js';
import { isoOf } from './record.js';
import * as store from './store.js';
import { photoViewer } from './viewer.js';

const MOST = 60, FRESH = 600000, LOCATED = 120000, PATIENCE = 3000;

function made(tag, cls, more) { return Object.assign(document.createElement(tag), { className: cls }, more); }

// `trouble(error)` is told when the phone could not keep a photo; `say(text)` when files are no photos.
export function photoBoxes(form, data, draft, changed, trouble, say) {
  const boxes = Array.prototype.slice.call(form.querySelectorAll('[data-photos]')), wrong = [];
  let queue = [], done = 0, locating = null, gone = null;

  const tilesOf = function (box) { return Array.prototype.slice.call(box.querySelectorAll('[data-sha]')); };
  const shaOf = function (tile) { return tile.getAttribute('data-sha'); };
  const about = function (sha) { return Object.assign({}, data.photos[sha], draft.meta[sha]); };
  const viewer = photoViewer({
    about: about,
    blobOf: async function (sha) { return (await store.blobOf(sha)) || data.urls.photo + sha; },
    word: function (tile, text) {
      draft.meta[shaOf(tile)] = Object.assign({}, draft.meta[shaOf(tile)], { caption: text });
      name(tile);
      draft.soon();
    },
    move: function (tile, by) {
      const box = tile.closest('[data-photos]'), all = tilesOf(box), to = all.indexOf(tile) + by;
      if (!all[to]) return;
      tile.parentElement.insertBefore(tile, by < 0 ? all[to] : all[to].nextSibling);
      number(box);
      changed();
    },
    remove: remove
  });

  // A tile says which photo it is, and its words.
  function name(tile) {
    const words = about(shaOf(tile)).caption || '', at = tilesOf(tile.closest('[data-photos]')).indexOf(tile) + 1;
    tile.querySelector('.words').textContent = words;
    tile.querySelector('.look').setAttribute('aria-label', '照片 ' + at + (words ? '：' + words : '') + '，看大图、写说明、排顺序');
    tile.querySelector('.remove').setAttribute('aria-label', '删除照片 ' + at);
  }
  function number(box) { tilesOf(box).forEach(name); }

  function dress(tile, sha) {
    tile.setAttribute('data-sha', sha);
    const look = made('button', 'look', { type: 'button' }), out = made('button', 'remove', { type: 'button', textContent: '✕' });
    look.addEventListener('click', function () { viewer.open(tile, tilesOf(tile.closest('[data-photos]'))); });
    out.addEventListener('click', function () { remove(tile); });
    const image = tile.querySelector('img');
    if (image) image.onerror = function () { unseen(tile, '照片在服务器上，没有信号时看不到'); };
    tile.append(look, made('span', 'words'), out);
  }

  function unseen(tile, text) {
    tile.querySelector('img').remove();
    tile.prepend(made('span', 'unseen', { textContent: text }));
  }

  // `small`: a blob to show, an address on the server, or null for what this phone cannot show.
  function add(box, sha, small) {
    const tile = made('li', ''), image = made('img', '', { alt: '' });
    const keep = made('input', '', { type: 'checkbox', name: box.getAttribute('data-photos'), value: sha, checked: true, hidden: true });
    keep.setAttribute('aria-label', '留用');
    tile.append(image, keep, made('span', 'mark-sent', { textContent: '已存' }));
    dress(tile, sha);
    if (small instanceof Blob) {
      image.src = URL.createObjectURL(small);
      image.onload = function () { URL.revokeObjectURL(image.src); };
    } else if (small) image.src = small; else unseen(tile, 'HEIC 原图，本机看不了，照样发送');
    box.querySelector('.photos').append(tile);
    name(tile);
  }

  // Taken out at once, with a way back until the next one is taken out; only then do its bytes go.
  function remove(tile) {
    const box = tile.closest('[data-photos]'), place = made('li', 'add gone'), back = made('button', '', { type: 'button', textContent: '恢复' });
    letGo();
    place.setAttribute('role', 'status');
    place.append(made('span', '', { textContent: '已删除' }), back);
    tile.replaceWith(place);
    gone = { sha: shaOf(tile), place: place };
    draft.dropped.push(gone.sha);
    back.addEventListener('click', function () {
      place.replaceWith(tile);
      draft.dropped.splice(draft.dropped.indexOf(gone.sha), 1);
      gone = null;
      number(box);
      changed();
      tile.querySelector('.look').focus();
    });
    number(box);
    changed();
    back.focus();
  }

  async function letGo() {
    if (!gone) return;
    const sha = gone.sha;
    gone.place.remove();
    gone = null;
    if (boxes.some(function (box) { return box.querySelector('[data-sha="' + sha + '"]'); })) return;
    delete draft.meta[sha];
    if (await draft.save()) await store.release([sha]);
  }

  // Where the phone is, for photos taken now: asked once a while, and never waited for long.
  function locate() {
    if (!window.isSecureContext || !navigator.geolocation || (draft.here && Date.now() - draft.here.when < LOCATED)) return;
    locating = new Promise(function (resolve) {
      navigator.geolocation.getCurrentPosition(function (found) {
        draft.here = { lat: +found.coords.latitude.toFixed(6), lon: +found.coords.longitude.toFixed(6), when: Date.now() };
        resolve();
      }, resolve, { enableHighAccuracy: true, timeout: 20000, maximumAge: LOCATED });
    });
  }

  async function take(box, file) {
    if (form.querySelectorAll('[data-photos] [data-sha]').length >= MOST) return wrong.push('最多 ' + MOST + ' 张照片，“' + file.name + '”没有收进来');
    let found;
    try { found = await pictureOf(file); } catch (error) {
      if (!(error instanceof NoPicture)) throw error;
      return wrong.push('“' + file.name + '”' + error.message + '，没有收进来');
    }
    const sha = await sha256(found.bytes), taken = file.lastModified || Date.now();
    if (box.querySelector('[data-sha="' + sha + '"]')) return;
    await store.putBytes(sha, found.bytes, found.type, found.small);
    if (locating) await Promise.race([locating, new Promise(function (go) { setTimeout(go, PATIENCE); })]);
    const near = draft.here && Math.abs((found.about.taken_at ? Date.parse(found.about.taken_at) : taken) - draft.here.when) < FRESH;
    const place = near && found.about.lat === undefined ? { lat: draft.here.lat, lon: draft.here.lon } : {};
    draft.meta[sha] = Object.assign({ taken_at: isoOf(taken) }, found.about, place, draft.meta[sha]);
    add(box, sha, found.small && new Blob([found.small], { type: 'image/jpeg' }));
    changed();
    await draft.save();
  }

  // One after the other, of whichever box, so that the phone holds one open picture at a time.
  async function takeAll() {
    changed();
    try {
      for (; done < queue.length; done++) {
        show();
        if (draft.stopped) break;
        await take(queue[done][0], queue[done][1]);
        queue[done] = null;
      }
    } catch (error) {
      trouble(error);
      boxes.forEach(leftOut);
    }
    queue = [];
    done = 0;
    show();
    if (wrong.length) say(wrong.slice(0, 3).join('；') + (wrong.length > 3 ? '；另有 ' + (wrong.length - 3) + ' 个也没有收进来' : '') + '。');
    wrong.length = 0;
    changed();
  }

  // What the phone had no room for has to be chosen again: said where it was chosen, until it is.
  function leftOut(box) {
    const count = queue.slice(done).filter(function (one) { return one && one[0] === box; }).length;
    if (count) box.append(made('p', 'problem left-out', { textContent: '有 ' + count + ' 张没有收进来，请再选一次。' }));
  }

  function show() {
    boxes.forEach(function (box) {
      const busy = queue.slice(done).some(function (one) { return one && one[0] === box; });
      let line = box.querySelector('.taking');
      if (!line && busy) {
        line = made('p', 'taking', {});
        line.setAttribute('role', 'status');
        line.append(made('span', ''), document.createElement('progress'));
        line.lastChild.setAttribute('aria-label', '收进照片');
        box.append(line);
      }
      box.setAttribute('aria-busy', String(busy));
      if (line && !busy) line.remove();
      if (!busy) return;
      line.firstChild.textContent = '正在收进照片（' + (done + 1) + ' / ' + queue.length + '）';
      Object.assign(line.lastChild, { max: queue.length, value: done });
    });
  }

  boxes.forEach(function (box) {
    tilesOf(box).forEach(function (tile) { dress(tile, shaOf(tile)); });
    number(box);
    box.querySelectorAll('input[type=file]').forEach(function (input) {
      if (input.hasAttribute('capture')) input.addEventListener('click', locate);
      input.addEventListener('change', function (event) {
        event.stopPropagation();
        const files = Array.prototype.map.call(input.files, function (file) { return [box, file]; }), idle = !queue.length;
        input.value = '';
        letGo().catch(trouble);
        box.querySelectorAll('.left-out').forEach(function (one) { one.remove(); });
        queue = queue.concat(files);
        if (idle && files.length) takeAll();
      });
    });
  });
  window.addEventListener('beforeunload', function (event) { if (queue.length) event.preventDefault(); });

  return {
    // What the main button says while photos are being taken in; '' when all are.
    taking: function () { return queue.length ? '正在收进照片（' + Math.min(done + 1, queue.length) + ' / ' + queue.length + '）' : ''; },

    // Tiles of a restored draft in its order; what has been sent already comes from the server.
    restore: async function (field, shas) {
      const box = form.querySelector('[data-photos="' + field + '"]');
      if (!box) return;
      tilesOf(box).forEach(function (tile) { if (shas.indexOf(shaOf(tile)) < 0) tile.remove(); });
      for (let i = 0; i < shas.length; i++) {
        const tile = box.querySelector('[data-sha="' + shas[i] + '"]');
        if (tile) { tile.querySelector('input').checked = true; tile.parentElement.append(tile); continue; }
        const kept = await store.get('blobs', shas[i]);
        add(box, shas[i], !kept ? data.urls.photo + shas[i] : kept.type === 'image/heic' ? null : new Blob([kept.small || kept.bytes], { type: 'image/jpeg' }));
      }
      number(box);
    }
  };
}

export { bytesOf };
