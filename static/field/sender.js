// Sends what waits: one record at a time, the record first, then its files in pieces. An error on one record never
// holds up the next; nothing is called received before the server has acknowledged the record and every file.
import { call, MustChange, OtherUser, ping, SignedOut, Unsent } from './net.js';
import { onlyOne } from './lock.js';
import { entriesOf, isUnsent, KEPT, note, RECEIVED, REFUSED, reopen, settle } from './outbox.js';
import * as store from './store.js';

const HOPELESS = ['not_allowed', 'too_large', 'absent']; // sent again only by hand
const MOST = 262144, LEAST = 16384, FIRST = 65536, MORE = 4096, SHORTEST = 2000, MANY_TRIES = 3;
let piece = FIRST; // grows slowly while all goes well, halves when a connection was cut: little is sent twice

class FileRefused extends Error {}

// `user`: whose records; `longest`: the longest wait in milliseconds; `changed(status)`: something is different now.
export function senderOf(user, longest, changed) {
  let running = false, again = false, timer = null, fails = 0;

  function pause(tries) {
    const wait = Math.min(longest, SHORTEST * Math.pow(2, Math.min(tries, 12) - 1));
    return wait * (0.8 + 0.4 * Math.random());
  }

  async function run() {
    if (running) { again = true; return; }
    running = true;
    clearTimeout(timer);
    let status = 'idle';
    try {
      const ours = await onlyOne('sjj-outbox', async function () { status = await sendAll(); });
      if (!ours) status = 'elsewhere';
    } catch (error) {
      status = 'failed';
      fails++;
      console.error(error);
    }
    running = false;
    changed(status);
    if (again) { again = false; run(); } else plan(status);
  }

  async function plan(status) {
    const waiting = sendable(await entriesOf(user));
    if (!waiting.length) return;
    const next = Math.min.apply(null, waiting.map(function (one) { return one.next_at; }));
    const wait = status === 'idle' ? Math.max(next - Date.now(), 200) : pause(Math.max(fails, 1));
    clearTimeout(timer);
    timer = setTimeout(run, Math.min(wait, longest));
  }

  async function sendAll() {
    for (;;) {
      const due = sendable(await entriesOf(user)).filter(isDue)[0];
      if (!due) return 'idle';
      try {
        const said = await ping();
        if (said.user !== user) return fail('other_user');
        fails = 0;
        changed('sending');
        await deliver(due, said.now).catch(function (error) { return putOff(due, error); });
      } catch (error) {
        return fail(reasonOf(error));
      }
    }
  }

  function fail(status) { fails++; return status; }

  // What is far ahead was put off by a clock that was wrong then.
  function isDue(one) { return one.next_at <= Date.now() || one.next_at > Date.now() + 2 * longest; }

  function reasonOf(error) {
    if (error instanceof SignedOut) return 'signed_out';
    if (error instanceof OtherUser) return 'other_user';
    if (error instanceof MustChange) return 'password';
    if (!(error instanceof Unsent)) console.error(error);
    return 'offline';
  }

  // Not now: the next record gets its turn, unless it is the sign-in that is wrong.
  async function putOff(entry, error) {
    if (reasonOf(error) !== 'offline') {
      await note(entry.uid, { busy_at: 0 }); // it waits again: nothing is on its way
      throw error;
    }
    piece = Math.max(LEAST, piece / 2);
    await note(entry.uid, function (now) { return { tries: now.tries + 1, next_at: Date.now() + pause(now.tries + 1), busy_at: 0 }; });
  }

  async function deliver(entry, at) {
    await note(entry.uid, { busy_at: Date.now() });
    const told = entry.acked ? { missing: await missingOf(entry), code: entry.code } : await sendRecord(entry);
    if (!told) return;                                         // refused: the reason stands at it
    let missing = told.missing, bad = 0;
    const have = entry.files.filter(function (sha) { return missing.indexOf(sha) < 0; });
    entry = await note(entry.uid, { acked: true, code: told.code, have: have });
    if (!entry) return;                                        // deleted by hand meanwhile
    changed('sending');
    for (let i = 0; i < missing.length; i++) bad += HOPELESS.indexOf(entry.bad[missing[i]]) < 0 && await sendOne(entry.uid, missing[i]) ? 0 : 1;
    if (missing.length) missing = await missingOf(entry);      // the server's own word, not our counting
    if (!missing.length) {
      await settle(entry, entry.code ? KEPT : RECEIVED, at);
      return changed('sending', entry);
    }
    if (!bad) throw new Unsent('files');
    await note(entry.uid, { next_at: Date.now() + longest, busy_at: 0 });
  }

  // What the server still wants of a record that it has now; null if it does not take it.
  async function sendRecord(entry) {
    const record = Object.assign({ device_now: isoNow() }, entry.record);
    const answer = await call(user, 'PUT', '/field/submissions/' + entry.uid, { 'Content-Type': 'application/json' }, JSON.stringify(record));
    const said = answer.body, missing = said.missing_files;
    if (Array.isArray(missing) && (said.kept === true || (answer.status < 300 && /^(already_)?received$/.test(said.code)))) {
      return { missing: missing, code: said.kept ? said.code : '' };
    }
    if (typeof said.code !== 'string') throw new Unsent('strange answer');
    if (answer.status === 422 || answer.status === 413) await reopen(entry, said.code, said.problems || []);
    else if (answer.status === 404 || answer.status === 409) await note(entry.uid, { state: REFUSED, code: said.code, busy_at: 0 });
    else throw new Unsent(said.code);
    return null;
  }

  async function missingOf(entry) {
    const answer = await call(user, 'GET', '/field/submissions/' + entry.uid, {});
    if (answer.status !== 200 || !Array.isArray(answer.body.missing_files)) throw new Unsent('strange answer');
    return answer.body.missing_files;
  }

  // Whether the server has the file now; one it will never take is noted and does not hold up the others.
  async function sendOne(uid, sha) {
    try {
      const blob = await store.blobOf(sha);
      if (!blob) throw new FileRefused('absent');
      const entry = await store.get('outbox', uid), begun = entry.begun.indexOf(sha) >= 0;
      if (!begun) await note(uid, { begun: entry.begun.concat(sha) });
      await sendFile(sha, blob, begun, function () { return note(uid, { busy_at: Date.now(), tries: 0 }); });
      await note(uid, function (now) { delete now.bad[sha]; return { have: now.have.concat(sha), busy_at: Date.now() }; });
      changed('sending');
      return true;
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error;
      await note(uid, function (now) { now.bad[sha] = error.message; return {}; });
      return false;
    }
  }

  // `begun`: it was tried before, so the server may have a part of it.
  async function sendFile(sha, blob, begun, alive) {
    const url = '/field/files/' + sha, there = begun ? await call(user, 'HEAD', url, {}) : {};
    let at = there.status === 204 && /^\d+$/.test(there.offset || '') ? Number(there.offset) : 0;
    for (let wrong = 0; ;) {
      const part = blob.slice(at, at + piece);
      const answer = await call(user, 'PATCH', url, { 'Upload-Offset': String(at), 'Upload-Length': String(blob.size), 'Content-Type': 'application/octet-stream' }, part);
      const told = /^\d+$/.test(answer.offset || '') ? Number(answer.offset) : -1;
      if (answer.body.code === 'stored' || answer.body.code === 'already_stored') return;
      if (answer.status === 204 && told === at + part.size) {
        at = told;
        piece = Math.min(MOST, piece + MORE);
        await alive();
      } else if (told >= 0 && told <= blob.size && (answer.status === 409 || answer.status === 422) && wrong++ < MANY_TRIES) at = told;
      else if (answer.body.code === 'not_this_hash' && wrong++ < MANY_TRIES) at = 0;
      else if (answer.status === 422 || answer.status === 413) throw new FileRefused(answer.body.code || 'invalid');
      else throw new Unsent('strange answer');
    }
  }

  return {
    run: run,
    // By hand, or because the network came back: whatever waits is due now. `anew`: what was refused is tried again too.
    now: async function (anew) {
      const waiting = (await entriesOf(user)).filter(isUnsent), due = anew === true ? { next_at: 0, bad: {} } : { next_at: 0 };
      for (let i = 0; i < waiting.length; i++) await note(waiting[i].uid, due);
      fails = 0;
      return run();
    }
  };
}

// What may go: a correction waits until what it corrects has been acknowledged.
function sendable(all) {
  return all.filter(isUnsent).filter(function (one) {
    const before = all.filter(function (other) { return other.uid === one.revises; })[0];
    return !before || before.acked;
  });
}

function isoNow() {
  return new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 19) + '+08:00';
}
