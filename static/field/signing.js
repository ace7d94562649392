// The signing sheet fixes the text: what is signed is exactly what is sent. Changing it afterwards costs the signatures.
import { sha256 } from '../js/sha256.js';
import { assemble, now, reader, unsigned } from './record.js';
import { sheetLines, showSheet } from './sheet.js';
import * as store from './store.js';

export function signingOf(form, data, draft, look) {
  const read = reader(form), find = function (name) { return document.querySelector('[data-' + name + ']'); };
  const sheet = find('sheet'), field = function (name) { return form.elements.namedItem(name); };
  const slots = data.team.map(function (_, at) { return 'officer-' + at; }).concat(['present', 'witness']);
  const signing = {
    slots: slots, signed: '', pad: null,
    isOpen: function () { return !sheet.hidden; },
    anySigned: function () { return slots.some(function (slot) { return read.text('sign-' + slot + '-image'); }); },

    open: async function () {
      if (!read.text('ended_at')) { field('ended_at').value = now(); draft.endedByItself = true; }
      await signing.show();
      return draft.save();
    },

    show: async function () {
      signing.signed = await sha256(unsigned(assemble(form, data, draft.meta).record));
      const lines = sheetLines(form, data);
      showSheet(find('sheet-text'), lines);
      field('shown').value = JSON.stringify(lines); // what 给企业看 shows, until the server has the record
      find('sheet-hash').textContent = signing.signed.replace(/(.{8})/g, '$1 ').trim();
      sheet.hidden = false;
      look();
    },

    unlock: function () {
      slots.forEach(function (slot) {
        ['image', 'signed', 'at'].forEach(function (name) { field('sign-' + slot + '-' + name).value = ''; });
        signing.pad.show(slot, '');
      });
      if (draft.endedByItself) { field('ended_at').value = ''; draft.endedByItself = false; }
      field('shown').value = '';
      sheet.hidden = true;
      draft.save();
      look();
    },

    // After a reload: the sheet as it was, unless the text is no longer the one that was signed.
    restore: async function () {
      await signing.show();
      const given = slots.map(function (slot) { return [slot, read.text('sign-' + slot + '-image'), read.text('sign-' + slot + '-signed')]; }).filter(function (one) { return one[1]; });
      if (given.some(function (one) { return one[2] !== signing.signed; })) return signing.unlock();
      for (let i = 0; i < given.length; i++) {
        const blob = await store.blobOf(given[i][1]);
        signing.pad.show(given[i][0], blob ? URL.createObjectURL(blob) : data.urls.photo + given[i][1]);
      }
      if (draft.pad) signing.pad.open(draft.pad.slot, find('next'), draft.pad.strokes);
    }
  };
  return signing;
}
