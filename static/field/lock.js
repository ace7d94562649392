// One window at a time. The browser's own locks where it has them, else a lease in IndexedDB: the answers of the
// server do not double anything even if two windows should send at once, this only spares the battery.
import * as store from './store.js';

const LEASE = 15000, me = String(Math.random()).slice(2);

// Runs `work` unless another window is at it; whether it ran.
export async function onlyOne(name, work) {
  if (navigator.locks) {
    return navigator.locks.request(name, { ifAvailable: true }, async function (held) {
      if (held) await work();
      return Boolean(held);
    });
  }
  if (!await lease(name)) return false;
  const beat = setInterval(function () { lease(name).catch(function () { /* the next beat */ }); }, LEASE / 3);
  try {
    await work();
    return true;
  } finally {
    clearInterval(beat);
    await store.put('lease', name, { holder: me, until: 0 });
  }
}

function lease(name) {
  return store.together(['lease'], async function (stores) {
    const held = await stores.lease.get(name);
    const left = held ? held.until - Date.now() : 0; // of a lease far ahead the clock was wrong
    if (held && held.holder !== me && left > 0 && left <= LEASE) return false;
    await stores.lease.put(name, { holder: me, until: Date.now() + LEASE });
    return true;
  });
}
