// Signatures: a large pad for one person at a time; the picture is kept on the phone, then sent like a photo.
import { sha256 } from '../js/sha256.js';
import { now } from './record.js';
import { bytesOf } from './photos.js';
import { sendFile } from './send.js';
import * as store from './store.js';

export function signaturePad(form, data, signedOf, changed) {
  const sheet = document.querySelector('[data-pad]'), canvas = sheet.querySelector('canvas');
  const tools = { cancel: '[data-pad-cancel]', clear: '[data-pad-clear]', done: '[data-pad-done]' };
  let pad = null, slot = '', back = null;

  function field(name) { return form.elements.namedItem('sign-' + slot + '-' + name); }

  // A canvas loses its strokes when its size is set: only when it really changed (the phone was turned).
  function fit() {
    const ratio = Math.max(window.devicePixelRatio || 1, 1), strokes = pad ? pad.toData() : [];
    const width = Math.round(canvas.offsetWidth * ratio), height = Math.round(canvas.offsetHeight * ratio);
    if (canvas.width === width && canvas.height === height) return;
    canvas.width = width;
    canvas.height = height;
    canvas.getContext('2d').scale(ratio, ratio);
    if (pad) { pad.clear(); pad.fromData(strokes); }
  }

  function close() {
    sheet.hidden = true;
    document.documentElement.classList.remove('pad-open');
    window.removeEventListener('resize', fit);
    if (back) back.focus();
  }

  function open(wanted, from) {
    slot = wanted;
    back = from;
    sheet.querySelector('[data-pad-who]').textContent = form.querySelector('[data-sign="' + slot + '"]').getAttribute('data-who') + '签名';
    sheet.hidden = false;
    document.documentElement.classList.add('pad-open');
    if (!pad) pad = new window.SignaturePad(canvas, { penColor: '#10182b', backgroundColor: '#fff', minWidth: 1, maxWidth: 3.2 });
    pad.clear();
    fit();
    window.addEventListener('resize', fit);
    sheet.querySelector(tools.cancel).focus();
  }

  async function done() {
    const button = sheet.querySelector(tools.done);
    if (pad.isEmpty() || button.disabled) return;
    button.disabled = true; // until the signature is safely on the phone
    try { await keep(); } finally { button.disabled = false; }
  }

  async function keep() {
    const blob = await new Promise(function (made) { canvas.toBlob(made, 'image/png'); });
    const sha = await sha256(await bytesOf(blob));
    await store.put('blobs', sha, blob);
    field('image').value = sha;
    field('signed').value = signedOf();
    field('at').value = now(true);
    show(slot, URL.createObjectURL(blob));
    close();
    changed(slot);
    sendFile(data, sha, blob).catch(function () { /* sent again with the record */ });
  }

  function show(which, url) {
    const box = form.querySelector('[data-sign="' + which + '"]'), shown = box.querySelector('.sign.js-only');
    shown.hidden = !url;
    if (url) shown.querySelector('img').src = url;
    if (url) shown.querySelector('img').alt = box.getAttribute('data-who') + '的签名';
    box.querySelector('[data-sign-open]').textContent = url ? '重签' : box.getAttribute('data-who') + '签名';
  }

  sheet.querySelector(tools.cancel).addEventListener('click', close);
  sheet.querySelector(tools.clear).addEventListener('click', function () { pad.clear(); });
  sheet.querySelector(tools.done).addEventListener('click', done);
  sheet.addEventListener('keydown', function (event) { if (event.key === 'Escape') close(); });
  return { open: open, show: show };
}
