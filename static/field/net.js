// Talking to the server. Nothing counts as an answer unless it has the shape of one: a hotel's or a mobile network's
// own page that says 200 is no answer.

import { heard } from './clock.js';

export class Unsent extends Error {}     // no answer of ours: everything stays here and is tried again
export class SignedOut extends Error {}
export class OtherUser extends Error {}
export class MustChange extends Error {} // a new password is wanted first

const PATIENCE = 60000, SHORT = 10000;
let token = '';

async function ask(url, options, patience) {
  const given_up = window.AbortController ? new AbortController() : null;
  const timer = given_up && setTimeout(function () { given_up.abort(); }, patience);
  try {
    const answer = await fetch(url, Object.assign({ credentials: 'same-origin', cache: 'no-store', redirect: 'error', signal: given_up ? given_up.signal : undefined }, options));
    return { status: answer.status, offset: answer.headers.get('Upload-Offset'), body: await bodyOf(answer, options.method) };
  } catch (error) {
    throw error instanceof Unsent ? error : new Unsent(error.message);
  } finally {
    clearTimeout(timer);
  }
}

async function bodyOf(answer, method) {
  if (method === 'HEAD' || answer.status === 204) return {};
  if (!/^application\/json\b/.test(answer.headers.get('Content-Type') || '')) throw new Unsent('strange answer');
  const said = await answer.json();
  if (!said || typeof said !== 'object') throw new Unsent('strange answer');
  return said;
}

function judged(answer) {
  const code = answer.body.code;
  if (answer.status === 401 && code === 'signed_out') throw new SignedOut('');
  if (answer.status === 403 && code === 'other_user') throw new OtherUser('');
  if (answer.status === 403 && code === 'password_must_change') throw new MustChange('');
  if (answer.status >= 500 || answer.status === 429) throw new Unsent(String(answer.status));
  return answer;
}

// Whom the server takes us for, and its clock: {user, now}. Renews the token.
export async function ping() {
  const said = judged(await ask('/field/ping', {}, SHORT)).body;
  if (typeof said.user !== 'string' || typeof said.csrf !== 'string' || typeof said.now !== 'string') throw new Unsent('strange answer');
  token = said.csrf;
  heard(said.now);
  return said;
}

export async function call(user, method, url, headers, body) {
  for (let again = false; ; again = true) {
    if (!token) await ping();
    const all = method === 'GET' || method === 'HEAD' ? headers : Object.assign({ 'X-CSRFToken': token, 'X-Field-User': encodeURIComponent(user) }, headers);
    const answer = judged(await ask(url, { method: method, headers: all, body: body }, PATIENCE));
    if (answer.status !== 403 || answer.body.code !== 'csrf' || again) return answer;
    token = '';
  }
}

export async function tasks() {
  const answer = judged(await ask('/field/tasks.json', {}, SHORT)), list = answer.body;
  if (answer.status !== 200 || !Array.isArray(list) || list.some(function (one) { return typeof one.url !== 'string' || typeof one.token_sha256 !== 'string'; })) throw new Unsent('strange answer');
  return list;
}
