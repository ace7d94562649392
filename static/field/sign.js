// Signatures: a large pad for one person at a time. Every stroke is kept as it is made, the finished picture like a
// photo; a phone that dies in between opens the pad again with what was written.
import { sha256 } from '../js/sha256.js';
import { now } from './record.js';
import { bytesOf } from './photos.js';
import * as store from './store.js';

const OFTEN = 500;

export function signaturePad(form, draft, signedOf, changed, trouble) {
  const sheet = document.querySelector('[data-pad]'), canvas = sheet.querySelector('canvas');
  const tools = { cancel: '[data-pad-cancel]', clear: '[data-pad-clear]', done: '[data-pad-done]' };
  let pad = null, slot = '', back = null, kept = 0;

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

  function remember() {
    kept = Date.now();
    draft.pad = slot ? { slot: slot, strokes: pad.toData() } : null;
    return draft.save();
  }

  function close() {
    sheet.hidden = true;
    slot = '';
    document.documentElement.classList.remove('pad-open');
    window.removeEventListener('resize', fit);
    if (back) back.focus();
  }

  function open(wanted, from, strokes) {
    slot = wanted;
    back = from;
    sheet.querySelector('[data-pad-who]').textContent = form.querySelector('[data-sign="' + slot + '"]').getAttribute('data-who') + '签名';
    sheet.hidden = false;
    document.documentElement.classList.add('pad-open');
    if (!pad) {
      pad = new window.SignaturePad(canvas, { penColor: '#10182b', backgroundColor: '#fff', minWidth: 1, maxWidth: 3.2 });
      pad.addEventListener('endStroke', remember);
      pad.addEventListener('afterUpdateStroke', function () { if (Date.now() - kept > OFTEN) remember(); }); // a long stroke too
    }
    pad.clear();
    fit();
    const before = strokes || (draft.pad && draft.pad.slot === slot ? draft.pad.strokes : null);
    if (before) pad.fromData(before);
    window.addEventListener('resize', fit);
    sheet.querySelector(tools.cancel).focus();
  }

  function cancel() { close(); remember(); }

  async function done() {
    const button = sheet.querySelector(tools.done);
    if (pad.isEmpty() || button.disabled) return;
    button.disabled = true; // until the signature is safely on the phone
    try { await keep(); } catch (error) { draft.pad = { slot: slot, strokes: pad.toData() }; close(); trouble(error); } finally { button.disabled = false; }
  }

  async function keep() {
    const blob = await new Promise(function (made) { canvas.toBlob(made, 'image/png'); });
    const bytes = await bytesOf(blob), sha = await sha256(bytes), signed = slot;
    await store.putBytes(sha, bytes, blob.type);
    field('image').value = sha;
    field('signed').value = signedOf();
    field('at').value = now(true);
    show(signed, URL.createObjectURL(blob));
    close();
    draft.pad = null;
    await draft.save();
    changed(signed);
  }

  function show(which, url) {
    const box = form.querySelector('[data-sign="' + which + '"]'), shown = box.querySelector('.sign.js-only');
    shown.hidden = !url;
    if (url) shown.querySelector('img').src = url;
    if (url) shown.querySelector('img').alt = box.getAttribute('data-who') + '的签名';
    box.querySelector('[data-sign-open]').textContent = url ? '重签' : box.getAttribute('data-who') + '签名';
  }

  sheet.querySelector(tools.cancel).addEventListener('click', cancel);
  sheet.querySelector(tools.clear).addEventListener('click', function () { pad.clear(); remember(); });
  sheet.querySelector(tools.done).addEventListener('click', done);
  sheet.addEventListener('keydown', function (event) { if (event.key === 'Escape') cancel(); });
  return { open: open, show: show };
}
