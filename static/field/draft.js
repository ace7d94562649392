// The draft of one visit: saved at every change, restored after a reload. Kept under the person and the revision,
// so that on a shared phone nobody is shown another's answers; of two windows only one may write.
import * as store from './store.js';

const SKIPPED = ['csrf_token', 'submission', 'revises'];
const FREE = ['kept', 'refused'];           // records that do not stand in the way of a new one
const KEPT = ['meta', 'pad', 'uid', 'problems', 'endedByItself', 'started'];

export class Elsewhere extends Error {}  // another window has changed or submitted this draft

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

export function draftKey(user, inspection, revises) { return [user, inspection, revises || ''].join(' '); }

// `said(state)`: saved, full, elsewhere or failed, after each attempt to save.
export function draftOf(form, data, said) {
  let timer = null, saving = Promise.resolve();
  const revises = function () { return form.elements.namedItem('revises').value; };
  const draft = {
    meta: {}, dropped: [], pad: null, uid: '', problems: null, here: null, endedByItself: false, started: false, rev: 0, stopped: false,
    key: function () { return draftKey(data.user, data.inspection, revises()); },
    content: function () {
      const made = { user: data.user, inspection: data.inspection, entity: data.entity, url: data.urls.form + (revises() ? '?revise=1' : ''), revises: revises(), values: values(form), at: Date.now(), rev: draft.rev + 1 };
      KEPT.forEach(function (name) { made[name] = draft[name]; });
      return made;
    },
    load: async function () {
      const saved = await store.get('drafts', draft.key());
      if (!saved) return null;
      KEPT.concat('rev').forEach(function (name) { draft[name] = saved[name]; });
      return saved.values;
    },
    // Whether this window may write: nobody else has written since it last did, and nobody has submitted.
    check: async function (stores) {
      const stored = await stores.drafts.get(draft.key());
      if ((stored ? stored.rev : 0) !== draft.rev) throw new Elsewhere('');
      const sealed = (await stores.outbox.all()).some(function (one) {
        return one.user === data.user && one.inspection === data.inspection && (one.revises || '') === revises() && one.uid !== draft.uid && FREE.indexOf(one.state) < 0;
      });
      if (sealed) throw new Elsewhere('');
    },
    save: function () {
      clearTimeout(timer);
      if (draft.stopped) return saving;
      saving = saving.then(write).then(function () { said('saved'); return true; }, function (error) {
        said(error instanceof store.Full ? 'full' : error instanceof Elsewhere ? 'elsewhere' : 'failed');
        return false;
      });
      return saving;
    },
    soon: function () { clearTimeout(timer); if (!draft.stopped) timer = setTimeout(draft.save, 250); },
    // Nothing may be written any more: what was to be saved is in the outbox.
    stop: function () { clearTimeout(timer); draft.stopped = true; return saving; },
    go: function () { draft.stopped = false; }
  };

  async function write() {
    const made = draft.content();
    await store.together(['drafts', 'outbox'], async function (stores) {
      await draft.check(stores);
      await stores.drafts.put(draft.key(), made);
    });
    draft.rev = made.rev;
  }

  const hurry = function () { if (document.visibilityState === 'hidden' && draft.rev) draft.save(); };
  document.addEventListener('visibilitychange', hurry);
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
