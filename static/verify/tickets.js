// Checking a draw receipt, part 2 of 6: SHA-256, the hashes of pool and texts, tickets and their order.
//
// The plain algorithm of FIPS 180-4: the browser's own is refused on plain http and is far slower for many short texts.
(function (my) {
  'use strict';
  const K = new Int32Array(64), START = new Int32Array(8);
  (function () {
    let found = 0;
    for (let n = 2; found < 64; n++) {
      let prime = true;
      for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
      if (!prime) continue;
      if (found < 8) START[found] = (Math.sqrt(n) % 1) * 4294967296 | 0;
      K[found++] = (Math.cbrt(n) % 1) * 4294967296 | 0;
    }
  })();

  const W = new Int32Array(64);

  // Mix the 64 bytes from `at` into the state.
  function mix(state, bytes, at) {
    for (let i = 0; i < 16; i++, at += 4) W[i] = bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];
    for (let i = 16; i < 64; i++) {
      const x = W[i - 15], y = W[i - 2];
      W[i] = W[i - 16] + W[i - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10) | 0;
    }
    let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
    for (let i = 0; i < 64; i++) {
      const one = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + K[i] + W[i] | 0;
      const two = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
      h = g; g = f; f = e; e = d + one | 0;
      d = c; c = b; b = a; a = one + two | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }

  // One SHA-256 after another in the same memory; `start` may have taken in whole blocks already.
  class Hasher {
    constructor() {
      this.bytes = new Uint8Array(4096);
      this.state = new Int32Array(8);
    }

    // The UTF-8 bytes of a text at the beginning of the memory, with room for the end of the message; how many.
    write(text) {
      if (this.bytes.length < text.length * 3 + 80) this.bytes = new Uint8Array(text.length * 3 + 4096);
      const bytes = this.bytes;
      for (let at = 0; at < text.length; at++) {
        const unit = text.charCodeAt(at);
        if (unit > 127) return this.put(new TextEncoder().encode(text));
        bytes[at] = unit;
      }
      return text.length;
    }

    put(bytes) {
      if (this.bytes.length < bytes.length + 80) this.bytes = new Uint8Array(bytes.length + 4096);
      this.bytes.set(bytes);
      return bytes.length;
    }

    // The eight words of the hash of the `length` bytes in memory, after `before` bytes that `start` holds.
    finish(length, start, before) {
      const bytes = this.bytes, state = this.state, whole = (length + 8 >> 6) + 1 << 6, bits = (before + length) * 8;
      bytes.fill(0, length, whole);
      bytes[length] = 128;
      for (let i = 1, left = bits; i <= 7; i++, left = Math.floor(left / 256)) bytes[whole - i] = left % 256;
      state.set(start);
      for (let at = 0; at < whole; at += 64) mix(state, bytes, at);
      return state;
    }
  }

  const hasher = new Hasher();

  function hex(words) {
    let text = '';
    for (let i = 0; i < 8; i++) text += (words[i] >>> 0).toString(16).padStart(8, '0');
    return text;
  }

  function sha256(text) {
    return hex(hasher.finish(hasher.write(text), START, 0));
  }

  function bytesSha256(bytes) {
    return hex(hasher.finish(hasher.put(bytes), START, 0));
  }

  // `code TAB stratum TAB salt` without a line break.
  function lineSha256(code, stratum, salt) {
    return sha256(code + '\t' + stratum + '\t' + salt);
  }

  function poolSha256(lineHashes) {
    return sha256(lineHashes.map(function (line) { return line + '\n'; }).join(''));
  }

  // --- Tickets --------------------------------------------------------------------------------------

  function objectId(code, salt) {
    return code + '|' + salt;
  }

  function officerId(code, salt, name) {
    return code + '|' + salt + '|' + name;
  }

  // 2^(16 k) mod 10^9 for the k-th 16 bits from the end: sixteen products of 16 and 30 bits still add up exactly.
  const POWERS = new Float64Array(16);
  for (let i = 0, power = 1; i < 16; i++, power = power * 65536 % 1e9) POWERS[i] = power;
  const TURNED = Array.from({ length: 1000 }, function (_, n) { return n % 10 * 100 + Math.floor(n / 10) % 10 * 10 + Math.floor(n / 100); });

  // The first nine digits of a ticket: the last nine of the number, turned round. A ticket has at least 64.
  function beginning(words) {
    let sum = 0;
    for (let i = 0; i < 8; i++) {
      const word = words[7 - i];
      sum += (word & 65535) * POWERS[2 * i] + (word >>> 16) * POWERS[2 * i + 1];
    }
    const last = sum % 1e9;
    return TURNED[last % 1000] * 1e6 + TURNED[Math.floor(last / 1000) % 1000] * 1000 + TURNED[Math.floor(last / 1e6)];
  }

  function written(words) {
    const digits = BigInt('0x' + hex(words)).toString().padStart(64, '0');
    return '0.' + Array.from(digits).reverse().join('');
  }

  class Tickets {
    // The 64 digits of the seed's hash fill exactly one block, which every ticket begins with: mixed in once.
    constructor(seed) {
      this.start = new Int32Array(START);
      hasher.write(sha256(seed));
      mix(this.start, hasher.bytes, 0);
    }

    words(id) {
      return hasher.finish(hasher.write(id), this.start, 64);
    }

    of(id) {
      return written(this.words(id));
    }

    // Places of the ids by ticket, smallest first. Nine digits decide nearly always; else the whole texts do.
    order(ids) {
      const tickets = this, keys = new Uint32Array(ids.length), places = new Uint32Array(ids.length);
      ids.forEach(function (id, place) {
        keys[place] = beginning(tickets.words(id));
        places[place] = place;
      });
      return places.sort(function (a, b) {
        return keys[a] - keys[b] || my.compare(tickets.of(ids[a]), tickets.of(ids[b])) || a - b;
      });
    }

    // The name with the smallest ticket for an object; equal names cannot be. `known` keeps what one object's tickets
    // begin with, for the next place of its team.
    smallest(code, salt, names, known) {
      let best = null, least = 0;
      for (const name of names) {
        const id = officerId(code, salt, name);
        if (!known.has(name)) known.set(name, beginning(this.words(id)));
        const key = known.get(name);
        if (best === null || key < least || (key === least && my.compare(this.of(id), this.of(officerId(code, salt, best))) < 0)) {
          best = name;
          least = key;
        }
      }
      return best;
    }
  }

  Object.assign(my, { sha256, bytesSha256, lineSha256, poolSha256, objectId, officerId, Tickets });
})(sjjVerify);
