// Photos of the form: shrunk on the phone, kept here until the record has been received, sent as they come,
// each with its own visible state.
import { sha256 } from '../js/sha256.js';
import { isoOf } from './record.js';
import * as store from './store.js';
import { sendFile, SignedOut, Unsent } from './send.js';

const LONG_SIDE = 1920, QUALITY = 0.82;

function load(url) {
  return new Promise(function (resolve, reject) {
    const image = new Image();
    image.onload = function () { resolve(image); };
    image.onerror = function () { reject(new Error('picture')); };
    image.src = url;
  });
}

async function shrink(file) {
  const url = URL.createObjectURL(file);
  try {
    const image = await load(url);
    const scale = Math.min(1, LONG_SIDE / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    const made = await new Promise(function (done) { canvas.toBlob(done, 'image/jpeg', QUALITY); });
    return made || file;
  } catch (error) {
    return file; // a picture this phone cannot decode goes as it is; the server judges it
  } finally {
    URL.revokeObjectURL(url);
  }
}

function bytesOf(blob) { return new Response(blob).arrayBuffer(); }

const WORDS = { waiting: '待传', sending: '传送中', sent: '已存', failed: '未传，点此重试', refused: '不是照片' };

export function photoBoxes(form, data, draft, changed) {
  const queue = [];
  let busy = false;

  function mark(tile, state) {
    tile.setAttribute('data-state', state);
    tile.querySelector('.mark-sent').textContent = WORDS[state];
  }

  function tile(box, sha, url, state) {
    const made = document.createElement('li');
    made.setAttribute('data-sha', sha);
    const image = document.createElement('img');
    image.src = url;
    image.alt = '现场照片';
    const keep = document.createElement('input');
    Object.assign(keep, { type: 'checkbox', name: box.getAttribute('data-photos'), value: sha, checked: true, hidden: true });
    keep.setAttribute('aria-label', '留用');
    const said = document.createElement('button');
    said.type = 'button';
    said.className = 'mark-sent';
    said.addEventListener('click', function () { if (made.getAttribute('data-state') === 'failed') push(made, sha); });
    made.append(image, keep, said);
    mark(made, state);
    removable(made);
    box.querySelector('.photos').insertBefore(made, box.querySelector('.add'));
    return made;
  }

  function removable(made) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'remove';
    button.setAttribute('aria-label', '删除这张照片');
    button.textContent = '✕';
    button.addEventListener('click', function () {
      if (!window.confirm('删除这张照片？')) return;
      made.remove();
      changed();
    });
    made.append(button);
  }

  function push(made, sha) { mark(made, 'waiting'); queue.push([made, sha]); work(); }

  async function work() {
    if (busy) return;
    busy = true;
    while (queue.length) {
      const next = queue.shift();
      mark(next[0], 'sending');
      try {
        const blob = await store.get('blobs', next[1]);
        const taken = Boolean(blob) && await sendFile(data, next[1], blob);
        mark(next[0], taken ? 'sent' : 'refused');
        if (!taken) { next[0].querySelector('input').checked = false; changed(); }
      } catch (error) {
        mark(next[0], 'failed');
        if (!(error instanceof Unsent || error instanceof SignedOut)) console.error(error);
      }
    }
    busy = false;
  }

  async function take(box, file) {
    const blob = await shrink(file), sha = await sha256(await bytesOf(blob));
    if (box.querySelector('[data-sha="' + sha + '"]')) return;
    await store.put('blobs', sha, blob); // kept on the phone before anything else
    const meta = { taken_at: isoOf(file.lastModified || Date.now()) };
    if (draft.here && Date.now() - draft.here.when < 600000) Object.assign(meta, { lat: draft.here.lat, lon: draft.here.lon });
    draft.meta[sha] = meta;
    const made = tile(box, sha, URL.createObjectURL(blob), 'waiting');
    changed();
    push(made, sha);
  }

  form.querySelectorAll('[data-photos]').forEach(function (box) {
    box.querySelectorAll('.photos li:not(.add)').forEach(function (made) {
      made.setAttribute('data-sha', made.querySelector('input').value);
      removable(made);
    });
    const input = box.querySelector('input[type=file]');
    input.addEventListener('change', async function (event) {
      event.stopPropagation();
      const files = Array.prototype.slice.call(input.files);
      input.value = '';
      for (let i = 0; i < files.length; i++) await take(box, files[i]);
    });
  });

  return {
    // Tiles of a restored draft that the server did not render; those it does not have yet are sent again.
    restore: async function (name, shas) {
      const box = form.querySelector('[data-photos="' + name + '"]');
      for (let i = 0; box && i < shas.length; i++) {
        if (box.querySelector('[data-sha="' + shas[i] + '"]')) continue;
        const blob = await store.get('blobs', shas[i]);
        const made = tile(box, shas[i], blob ? URL.createObjectURL(blob) : data.urls.photo + shas[i], blob ? 'waiting' : 'sent');
        if (blob) push(made, shas[i]);
      }
    }
  };
}

export { bytesOf };
