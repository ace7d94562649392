// Talking to the server: the token is renewed once when it is refused; nothing is ever said to be sent before the
// server has answered.

export class Unsent extends Error {}      // no answer: everything stays here, the same record is sent again
export class SignedOut extends Error {}
export class OtherUser extends Error {}

let token = null;

function firstToken() {
  return document.querySelector('input[name="csrf_token"]').value;
}

async function ask(url, options) {
  try {
    return await fetch(url, Object.assign({ credentials: 'same-origin', cache: 'no-store' }, options));
  } catch (error) {
    throw new Unsent(error.message);
  }
}

async function body(answer) {
  try { return await answer.json(); } catch (error) { return {}; }
}

async function call(data, url, options, again) {
  token = token || firstToken();
  const headers = Object.assign({ 'X-CSRFToken': token, 'X-Field-User': encodeURIComponent(data.user) }, options.headers);
  const answer = await ask(url, Object.assign({}, options, { headers: headers }));
  const said = await body(answer);
  if (answer.status === 401) throw new SignedOut('');
  if (answer.status === 403 && said.code === 'other_user') throw new OtherUser('');
  if (answer.status === 403 && said.code === 'csrf' && !again) {
    const ping = await ask(data.urls.ping, {});
    if (ping.status === 401) throw new SignedOut('');
    token = (await body(ping)).csrf || token;
    return call(data, url, options, true);
  }
  if (answer.status >= 500) throw new Unsent(String(answer.status));
  return { status: answer.status, body: said };
}

export function putRecord(data, uid, record) {
  return call(data, data.urls.submissions + uid, {
    method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(record)
  });
}

export function stateOf(data, uid) {
  return call(data, data.urls.submissions + uid, {});
}

// Whether the server has the file now; a refusal of the file itself is said, not thrown.
export async function sendFile(data, sha256, blob) {
  const form = new FormData();
  form.append('file', blob, sha256.slice(0, 12));
  const answer = await call(data, data.urls.files, { method: 'POST', body: form });
  return answer.status < 300;
}
