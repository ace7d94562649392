// What the phone keeps: the draft of each visit and the bytes not yet at the server. IndexedDB; a write counts
// only when its transaction has completed.
const NAME = 'sjj-field';
let opened = null;

function open() {
  if (!opened) {
    opened = new Promise(function (resolve, reject) {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = function () {
        asked.result.createObjectStore('drafts');
        asked.result.createObjectStore('blobs');
      };
      asked.onsuccess = function () { resolve(asked.result); };
      asked.onerror = function () { reject(asked.error); };
    });
  }
  return opened;
}

async function run(store, mode, act) {
  const base = await open();
  return new Promise(function (resolve, reject) {
    const transaction = base.transaction(store, mode);
    const asked = act(transaction.objectStore(store));
    transaction.oncomplete = function () { resolve(asked.result); };
    transaction.onabort = transaction.onerror = function () { reject(transaction.error); };
  });
}

export function get(store, key) { return run(store, 'readonly', function (s) { return s.get(key); }); }
export function put(store, key, value) { return run(store, 'readwrite', function (s) { return s.put(value, key); }); }
export function remove(store, key) { return run(store, 'readwrite', function (s) { return s.delete(key); }); }
