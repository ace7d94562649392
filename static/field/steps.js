// Tells the office where this officer is, while there is signal: the visit is on the phone, the officer has checked in.
// A courtesy: nothing waits for it, nothing is queued, no place is told. Once a day for each visit is enough.
import { call } from './net.js';
import { user } from './phone.js';

const TOLD = 'sjj-steps', FRESH = 10 * 60e3, PAUSE = 60e3;
let line = Promise.resolve(), lastTry = 0;

function today() { return new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10); }

// What was told today, by whichever officer uses this phone.
function told() {
  try {
    const kept = JSON.parse(window.localStorage.getItem(TOLD));
    if (kept && kept.day === today() && Array.isArray(kept.all)) return kept.all;
  } catch (error) { /* not kept: told once more, which does no harm */ }
  return [];
}

function remember(what) {
  try { window.localStorage.setItem(TOLD, JSON.stringify({ day: today(), all: told().concat(what) })); } catch (error) { /* as above */ }
}

// kind: fetched or arrived.
export function tell(kind, inspection) {
  const what = [user, kind, inspection].join(' ');
  line = line.then(async function () {
    if (!user || told().indexOf(what) >= 0) return;
    const answer = await call(user, 'POST', '/field/steps', { 'Content-Type': 'application/json' }, JSON.stringify({ inspection: inspection, kind: kind }));
    if (answer.status === 200 || answer.status === 201) remember(what);
  }).catch(function () { /* no signal: then nobody knows, as before */ });
}

// On the form of a visit. `checkedIn()`: when, as the form has it, or nothing. Returns what is called at every change.
export function visitSteps(data, checkedIn) {
  if (window.caches) {
    window.caches.match(window.location.pathname).then(function (page) { if (page) tell('fetched', data.inspection); }).catch(function () { /* not kept */ });
  }
  return function () {
    const at = checkedIn(), age = at ? Date.now() - new Date(at + '+08:00').getTime() : NaN, now = Date.now();
    if (!(Math.abs(age) < FRESH) || now - lastTry < PAUSE) return;
    lastTry = now;
    tell('arrived', data.inspection);
  };
}
