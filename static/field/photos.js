// Photos of the form: shrunk upright on the phone and kept there, with time and place beside them, before anything
// else is done. They leave with the record, from the outbox.
import { sha256 } from '../js/sha256.js';
import { isoOf } from './record.js';
import * as store from './store.js';

const LONG_SIDE = 1920, QUALITY = 0.82, MOST = 60, MOST_BYTES = 20 * 1024 * 1024, FRESH = 600000;

function load(url) {
  return new Promise(function (resolve, reject) {
    const image = new Image();
    image.onload = function () { resolve(image); };
    image.onerror = function () { reject(new Error('picture')); };
    image.src = url;
  });
}

// The picture as JPEG with its long side at most 1920 px; null if it is none that this phone or the server can read.
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
    return await new Promise(function (done) { canvas.toBlob(done, 'image/jpeg', QUALITY); });
  } catch (error) {
    return await isHeic(file) && file.size <= MOST_BYTES ? file : null; // the server reads HEIC, whatever the phone can
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function isHeic(file) {
  const head = new Uint8Array(await bytesOf(file.slice(0, 12)));
  return String.fromCharCode.apply(null, head.subarray(4, 8)) === 'ftyp';
}

function bytesOf(blob) { return new Response(blob).arrayBuffer(); }

// `trouble(error)` is told when the phone could not keep a photo; `say(text)` when a file is no photo.
export function photoBoxes(form, data, draft, changed, trouble, say) {
  function tile(box, sha, url) {
    const made = document.createElement('li');
    made.setAttribute('data-sha', sha);
    const image = document.createElement('img');
    image.src = url;
    image.alt = '现场照片';
    const keep = document.createElement('input');
    Object.assign(keep, { type: 'checkbox', name: box.getAttribute('data-photos'), value: sha, checked: true, hidden: true });
    keep.setAttribute('aria-label', '留用');
    const said = document.createElement('span');
    said.className = 'mark-sent';
    said.textContent = '已存';
    made.append(image, keep, said);
    removable(made, sha);
    box.querySelector('.photos').insertBefore(made, box.querySelector('.add'));
  }

  function removable(made, sha) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'remove';
    button.setAttribute('aria-label', '删除这张照片');
    button.textContent = '✕';
    button.addEventListener('click', async function () {
      if (!window.confirm('删除这张照片？')) return;
      made.remove();
      changed();
      if (await draft.save()) store.release([sha]);
    });
    made.append(button);
  }

  async function take(box, file) {
    const blob = await shrink(file);
    if (!blob) return say('“' + file.name + '”不是照片，没有收进来。请重新拍照。');
    const bytes = await bytesOf(blob), sha = await sha256(bytes);
    if (box.querySelector('[data-sha="' + sha + '"]')) return;
    if (form.querySelectorAll('[data-photos] [data-sha]').length >= MOST) return say('最多 60 张照片，这一张没有收进来。');
    await store.putBytes(sha, bytes, blob.type);
    const meta = { taken_at: isoOf(file.lastModified || Date.now()) };
    if (draft.here && Date.now() - draft.here.when < FRESH) Object.assign(meta, { lat: draft.here.lat, lon: draft.here.lon });
    draft.meta[sha] = meta;
    tile(box, sha, URL.createObjectURL(blob));
    changed();
    await draft.save();
  }

  form.querySelectorAll('[data-photos]').forEach(function (box) {
    box.querySelectorAll('.photos li:not(.add)').forEach(function (made) {
      made.setAttribute('data-sha', made.querySelector('input').value);
      removable(made, made.getAttribute('data-sha'));
    });
    const input = box.querySelector('input[type=file]');
    input.addEventListener('change', async function (event) {
      event.stopPropagation();
      const files = Array.prototype.slice.call(input.files);
      input.value = '';
      box.setAttribute('aria-busy', 'true');
      try {
        for (let i = 0; i < files.length; i++) await take(box, files[i]);
      } catch (error) {
        trouble(error);
      }
      box.removeAttribute('aria-busy');
    });
  });

  return {
    // Tiles of a restored draft that the server did not render; what has been sent already comes from the server.
    restore: async function (name, shas) {
      const box = form.querySelector('[data-photos="' + name + '"]');
      if (box) box.querySelectorAll('[data-sha]').forEach(function (made) { if (!made.querySelector('input').checked) made.remove(); });
      for (let i = 0; box && i < shas.length; i++) {
        if (box.querySelector('[data-sha="' + shas[i] + '"]')) continue;
        const blob = await store.blobOf(shas[i]);
        tile(box, shas[i], blob ? URL.createObjectURL(blob) : data.urls.photo + shas[i]);
      }
    }
  };
}

export { bytesOf };
