// SHA-256 in lower-case hex. The browser's own where it may be used (https, localhost), else the plain algorithm
// of FIPS 180-4, so that the same page works on a plain http intranet.
const K = new Uint32Array(64);
const START = new Uint32Array(8);
(function () {
  let found = 0;
  for (let n = 2; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    const part = function (root) { return (Math.pow(n, root) % 1) * 4294967296; };
    if (found < 8) START[found] = part(1 / 2);
    K[found++] = part(1 / 3);
  }
})();

function hex(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += (bytes[i] < 16 ? '0' : '') + bytes[i].toString(16);
  return text;
}

export function plainSha256(bytes) {
  const length = bytes.length;
  const padded = new Uint8Array(((length + 8 >> 6) + 1) << 6);
  padded.set(bytes);
  padded[length] = 128;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 536870912));
  view.setUint32(padded.length - 4, length << 3);
  const h = new Uint32Array(START), w = new Uint32Array(64);
  const turn = function (x, by) { return x >>> by | x << 32 - by; };
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + i * 4);
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15], b = w[i - 2];
      w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ a >>> 3) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ b >>> 10);
    }
    let s = Array.prototype.slice.call(h);
    for (let i = 0; i < 64; i++) {
      const e = s[4], a = s[0];
      const one = s[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e & s[5] ^ ~e & s[6]) + K[i] + w[i] | 0;
      const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + (a & s[1] ^ a & s[2] ^ s[1] & s[2]) | 0;
      s = [one + two | 0, a, s[1], s[2], s[3] + one | 0, e, s[5], s[6]];
    }
    for (let i = 0; i < 8; i++) h[i] += s[i];
  }
  const out = new DataView(new ArrayBuffer(32));
  for (let i = 0; i < 8; i++) out.setUint32(i * 4, h[i]);
  return hex(new Uint8Array(out.buffer));
}

export async function sha256(what) {
  const bytes = typeof what === 'string' ? new TextEncoder().encode(what) : new Uint8Array(what);
  if (window.crypto && window.crypto.subtle) {
    return hex(new Uint8Array(await window.crypto.subtle.digest('SHA-256', bytes)));
  }
  return plainSha256(bytes);
}
