// What the phone keeps, in IndexedDB: drafts, bytes of photos and signatures, records on their way. A write counts
// only when its transaction has completed. Knows nothing of what it keeps.
const NAME = 'sjj-field', VERSION = 2, STORES = ['drafts', 'blobs', 'outbox', 'lease'];
let opened = null;

export class Full extends Error {}       // the phone's storage is full; nothing of this write was kept

function open() {
  if (!opened) {
    opened = new Promise(function (resolve, reject) {
      const asked = indexedDB.open(NAME, VERSION);
      asked.onupgradeneeded = function () {
        STORES.forEach(function (name) {
          if (!asked.result.objectStoreNames.contains(name)) asked.result.createObjectStore(name);
        });
      };
      asked.onsuccess = function () {
        asked.result.onversionchange = function () { asked.result.close(); opened = null; }; // a newer page upgrades it
        asked.result.onclose = function () { opened = null; };
        resolve(asked.result);
      };
      asked.onerror = function () { opened = null; reject(asked.error); };
    });
  }
  return opened;
}

function answered(asked) {
  return new Promise(function (resolve, reject) {
    asked.onsuccess = function () { resolve(asked.result); };
    asked.onerror = function () { reject(asked.error); };
  });
}

function steps(store) {
  return {
    get: function (key) { return answered(store.get(key)); },
    put: function (key, value) { return answered(store.put(value, key)); },
    remove: function (key) { return answered(store.delete(key)); },
    all: function () { return answered(store.getAll()); },
    keys: function () { return answered(store.getAllKeys()); }
  };
}

// All of it or nothing: `act` gets the stores by name; what it throws undoes everything.
export async function together(names, act) {
  const base = await open(), transaction = base.transaction(names, 'readwrite', { durability: 'strict' });
  const stores = {};
  names.forEach(function (name) { stores[name] = steps(transaction.objectStore(name)); });
  return new Promise(function (resolve, reject) {
    let result, problem = null;
    transaction.oncomplete = function () { resolve(result); };
    transaction.onabort = function () {
      const cause = problem || transaction.error || new Error('aborted');
      reject(cause.name === 'QuotaExceededError' || (transaction.error && transaction.error.name === 'QuotaExceededError') ? new Full(cause.message) : cause);
    };
    act(stores).then(function (made) { result = made; }, function (error) {
      problem = error;
      try { transaction.abort(); } catch (ended) { reject(error); }
    });
  });
}

async function read(name, ask) {
  const base = await open();
  return ask(steps(base.transaction(name, 'readonly').objectStore(name)));
}

export function get(name, key) { return read(name, function (store) { return store.get(key); }); }
export function all(name) { return read(name, function (store) { return store.all(); }); }
export function put(name, key, value) { return together([name], function (stores) { return stores[name].put(key, value); }); }

// Bytes are kept as plain buffers: some browsers lose the file behind a stored Blob. `small`: a copy to show in a tile.
export function putBytes(sha, bytes, type, small) { return put('blobs', sha, { type: type, bytes: bytes, small: small || null, at: Date.now() }); }
export async function blobOf(sha) {
  const kept = await get('blobs', sha);
  return kept ? new Blob([kept.bytes], { type: kept.type }) : null;
}
export async function smallOf(sha) {
  const kept = await get('blobs', sha);
  return kept ? new Blob([kept.small || kept.bytes], { type: kept.small ? 'image/jpeg' : kept.type }) : null;
}

// Let bytes go, unless a draft or a record that is still on its way names them.
export function release(shas) {
  return together(['drafts', 'outbox', 'blobs'], async function (stores) {
    const named = await namedIn(stores);
    for (let i = 0; i < shas.length; i++) if (named.indexOf(shas[i]) < 0) await stores.blobs.remove(shas[i]);
  });
}

// What nobody names and nobody can bring back any more: deleted photos of a page that was closed meanwhile.
export function sweep(age) {
  return together(['drafts', 'outbox', 'blobs'], async function (stores) {
    const named = await namedIn(stores), keys = (await stores.blobs.keys()).filter(function (sha) { return named.indexOf(sha) < 0; });
    for (let i = 0; i < keys.length; i++) {
      const kept = await stores.blobs.get(keys[i]);
      if (kept && Math.abs(Date.now() - (kept.at || 0)) > age) await stores.blobs.remove(keys[i]);
    }
  });
}

async function namedIn(stores) {
  const sent = (await stores.outbox.all()).map(function (one) { return one.files; });
  return JSON.stringify([await stores.drafts.all(), sent]);
}
