// The draft of one visit: saved at every change, restored after a reload. Kept under the person and the revision,
// so that on a shared phone nobody is shown another's answers.
import * as store from './store.js';

const SKIPPED = ['csrf_token', 'submission', 'revises'];

function kept(field) {
  return field.name && SKIPPED.indexOf(field.name) < 0 && field.type !== 'file' && field.type !== 'submit';
}

export function values(form) {
  const out = {};
  Array.prototype.filter.call(form.elements, kept).forEach(function (field) {
    if (field.type === 'radio') { if (field.checked) out[field.name] = field.value; }
    else if (field.type === 'checkbox') { out[field.name] = (out[field.name] || []).concat(field.checked ? [field.value] : []); }
    else out[field.name] = field.value;
  });
  return out;
}

export function fill(form, saved) {
  Array.prototype.filter.call(form.elements, kept).forEach(function (field) {
    const value = saved[field.name];
    if (field.type === 'radio') field.checked = value === field.value;
    else if (field.type === 'checkbox') field.checked = Array.isArray(value) && value.indexOf(field.value) >= 0;
    else if (value !== undefined) field.value = value;
  });
}

export function draftOf(form, data, said) {
  const key = [data.user, data.inspection, form.elements.namedItem('revises').value].join(' ');
  let timer = null, saving = Promise.resolve();
  const draft = {
    meta: {}, here: null, frozen: null, endedByItself: false, started: false,
    load: async function () {
      const saved = await store.get('drafts', key);
      if (!saved) return null;
      ['meta', 'frozen', 'endedByItself', 'started'].forEach(function (name) { draft[name] = saved[name]; });
      return saved.values;
    },
    save: function () {
      clearTimeout(timer);
      const now = { values: values(form), meta: draft.meta, frozen: draft.frozen, endedByItself: draft.endedByItself, started: draft.started };
      saving = saving.then(function () { return store.put('drafts', key, now); }).then(function () { said(true); }, function () { said(false); });
      return saving;
    },
    soon: function () { clearTimeout(timer); timer = setTimeout(draft.save, 250); },
    forget: async function (shas) {
      clearTimeout(timer);
      await saving;
      await store.remove('drafts', key);
      for (let i = 0; i < shas.length; i++) await store.remove('blobs', shas[i]);
    }
  };
  return draft;
}

// An id nobody else will make: the record keeps it through every attempt to send.
export function newId() {
  const bytes = window.crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = bytes[6] & 15 | 64;
  bytes[8] = bytes[8] & 63 | 128;
  const hex = Array.prototype.map.call(bytes, function (one) { return (one < 16 ? '0' : '') + one.toString(16); }).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
