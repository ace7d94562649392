// Checking a draw receipt, part 1 of 6: texts, times, strict JSON in, canonical JSON out.
//
// The six files text, tickets, draw, shape, checks and verify say exactly what sjj/rules/verify.py says, line for line, for
// the same bytes (tested against it). Change one, change the other. They are classic scripts around one global, so that
// a saved page works from a disk without any server, and they ask for nothing newer than Chrome 87, Safari 14 and
// Firefox 78. Objects are Maps: a plain object would sort keys that look like numbers and trip over "__proto__".
//
// One difference cannot be avoided: which characters are assigned depends on the Unicode version of the browser and of
// Python. A receipt with a character newer than one of the two is refused by that one and read by the other.
var sjjVerify = {};
(function (my) {
  'use strict';
  const BIGGEST = Number.MAX_SAFE_INTEGER; // the largest whole number every JSON reader keeps exactly
  const DEEPEST = 64, MAX_BYTES = 64 * 1024 * 1024; // levels of lists and objects in a file, and its size

  // A value, a file or a change that the format does not allow. The message is Chinese and may be shown.
  class Refused extends Error {}

  // --- Texts ----------------------------------------------------------------------------------------

  function textFault(text) {
    if (/^[\x00-\x7f]*$/.test(text)) return null;
    if (/\p{Cs}/u.test(text)) return '含有孤立的代理字符';
    if (/\p{Cn}/u.test(text)) return '含有未分配的字符';
    return text === text.normalize('NFC') ? null : '不是规范化（NFC）的文字';
  }

  function nameFault(text) {
    if (text === '') return '不能为空';
    if (text.indexOf('|') >= 0) return '不能含有竖线“|”';
    if (/[\p{Cc}\u2028\u2029]/u.test(text)) return '不能含有控制字符或换行';
    return textFault(text);
  }

  // As Python strips: what JavaScript calls white space differs from it in six characters.
  const EDGES = /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;

  function strip(text) { return text.replace(EDGES, ''); }

  function filledFault(text) {
    return strip(text) === '' ? '不能为空' : textFault(text);
  }

  // How many characters, a character beyond U+FFFF counting once.
  function lengthOf(text) {
    return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g) || []).length;
  }

  // Before or after by code point, which is the order of the UTF-8 bytes; JavaScript itself compares UTF-16 units.
  function compare(one, other) {
    const shorter = Math.min(one.length, other.length);
    for (let at = 0; at < shorter; at++) {
      const a = one.charCodeAt(at), b = other.charCodeAt(at);
      if (a !== b) return rank(a) - rank(b);
    }
    return one.length - other.length;
  }

  function rank(unit) { return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit; }

  function isSorted(texts) {
    return texts.every(function (text, at) { return at === 0 || compare(texts[at - 1], text) <= 0; });
  }

  function sortedKeys(map) {
    return Array.from(map.keys()).sort(compare);
  }

  // A value as one short printable line, whatever a hostile file holds.
  function shown(value, most) {
    const limit = most || 60;
    let text = String(value);
    if (typeof value === 'boolean') text = value ? 'True' : 'False';
    else if (value === null || value === undefined) text = '（空）';
    else if (Array.isArray(value)) text = '（列表）';
    else if (value instanceof Map) text = '（对象）';
    const points = Array.from(text.slice(0, 2 * limit + 2)); // enough units for the limit and one more
    const cut = points.slice(0, limit).join('') + (points.length > limit ? '…' : '');
    return cut.replace(/[\p{C}\p{Z}]/gu, function (point) {
      return point === ' ' ? ' ' : '\\u' + point.codePointAt(0).toString(16).padStart(4, '0');
    });
  }

  // --- Times ----------------------------------------------------------------------------------------

  const MOMENT = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})$/;

  function daysIn(year, month) {
    if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
    return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  }

  // An RFC 3339 time as whole seconds and the digits of its fraction, so that it compares exactly.
  function moment(text) {
    const found = MOMENT.exec(text);
    if (!found) throw new Refused('不是带秒和时区的时间（如 2026-03-02T09:10:00+08:00）');
    const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number);
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59) {
      throw new Refused('不是存在的日期或时刻');
    }
    const zone = found[8];
    let offset = 0;
    if (zone !== 'Z' && zone !== 'z') {
      const hours = Number(zone.slice(1, 3)), minutes = Number(zone.slice(4, 6));
      if (hours > 23 || minutes > 59) throw new Refused('时区不对');
      offset = (hours * 60 + minutes) * (zone[0] === '-' ? -60 : 60);
    }
    const at = new Date(0);
    at.setUTCFullYear(year, month - 1, day); // Date.UTC would take the year 26 for 1926
    const seconds = at.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset;
    return { seconds: seconds, fraction: (found[7] || '').replace(/0+$/, '') };
  }

  function momentFault(text) {
    try {
      moment(text);
      return null;
    } catch (refused) {
      if (refused instanceof Refused) return refused.message;
      throw refused;
    }
  }

  function isEarlier(one, other) {
    const a = moment(one), b = moment(other);
    return a.seconds !== b.seconds ? a.seconds < b.seconds : compare(a.fraction, b.fraction) < 0;
  }

  // --- Strict JSON ----------------------------------------------------------------------------------

  // Told from the brackets outside of texts: the same in every language also for what is no JSON at all.
  function tooDeep(text) {
    let depth = 0, quoted = false;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit === 92) at++; // a backslash takes the next along wherever it stands
      else if (unit === 34) quoted = !quoted;
      else if (quoted) continue;
      else if (unit === 91 || unit === 123) { if (++depth > DEEPEST) return true; }
      else if (unit === 93 || unit === 125) depth--;
    }
    return false;
  }

  const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;

  class Reader {
    constructor(text) {
      this.text = text;
      this.at = 0;
    }

    whole() {
      const value = this.value();
      this.space();
      if (this.at < this.text.length) this.malformed();
      return value;
    }

    malformed() {
      throw new Refused('不是合格的JSON');
    }

    space() {
      for (;;) {
        const unit = this.text.charCodeAt(this.at);
        if (unit !== 32 && unit !== 10 && unit !== 13 && unit !== 9) return;
        this.at++;
      }
    }

    take(word) {
      if (!this.text.startsWith(word, this.at)) return false;
      this.at += word.length;
      return true;
    }

    value() {
      this.space();
      if (this.take('"')) return this.string();
      if (this.take('{')) return this.object();
      if (this.take('[')) return this.list();
      if (this.take('true')) return true;
      if (this.take('false')) return false;
      if (this.take('null')) return null;
      for (const word of ['NaN', 'Infinity', '-Infinity']) if (this.take(word)) this.noFloat(word);
      return this.number();
    }

    noFloat(text) {
      throw new Refused('不能有小数或特殊数值' + shown(text, 24));
    }

    number() {
      NUMBER.lastIndex = this.at;
      const found = NUMBER.exec(this.text);
      if (!found) this.malformed();
      this.at += found[0].length;
      const text = found[0];
      if (found[1] || found[2]) this.noFloat(text);
      if (text === '-0') throw new Refused('数字不能写成-0');
      if (text.length > 17 || Math.abs(Number(text)) > BIGGEST) throw new Refused('整数' + shown(text, 24) + '超出范围');
      return Number(text);
    }

    string() {
      const text = this.text;
      let out = '', from = this.at;
      for (;;) {
        const unit = text.charCodeAt(this.at);
        if (unit === 34) {
          out += text.slice(from, this.at++);
          return out;
        }
        if (!(unit >= 32)) this.malformed(); // a control character, or the end of the file
        this.at++;
        if (unit !== 92) continue;
        out += text.slice(from, this.at - 1) + this.escape();
        from = this.at;
      }
    }

    escape() {
      const mark = this.text[this.at++];
      if (mark === 'u') {
        const digits = this.text.slice(this.at, this.at + 4);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.malformed();
        this.at += 4;
        return String.fromCharCode(parseInt(digits, 16));
      }
      const place = '"\\/bfnrt'.indexOf(mark || ' ');
      if (place < 0) this.malformed();
      return '"\\/\b\f\n\r\t'[place];
    }

    object() {
      const found = new Map();
      let twin = null;
      this.space();
      if (this.take('}')) return found;
      for (;;) {
        this.space();
        if (!this.take('"')) this.malformed();
        const key = this.string();
        this.space();
        if (!this.take(':')) this.malformed();
        const value = this.value();
        if (twin === null && found.has(key)) twin = key;
        found.set(key, value);
        this.space();
        if (this.take('}')) break;
        if (!this.take(',')) this.malformed();
      }
      if (twin !== null) throw new Refused('同一处有重复的键“' + shown(twin) + '”');
      return found;
    }

    list() {
      const found = [];
      this.space();
      if (this.take(']')) return found;
      for (;;) {
        found.push(this.value());
        this.space();
        if (this.take(']')) return found;
        if (!this.take(',')) this.malformed();
      }
    }
  }

  // The value of strict JSON bytes (a Uint8Array). Throws Refused.
  function parse(bytes) {
    if (bytes.length > MAX_BYTES) throw new Refused('文件超过' + MAX_BYTES / 1048576 + '兆字节，不予核验');
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) throw new Refused('文件开头有BOM标记');
    let text;
    try {
      text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (error) {
      throw new Refused('文件不是UTF-8编码');
    }
    if (tooDeep(text)) throw new Refused('层次太深，超过' + DEEPEST + '层');
    return new Reader(text).whole();
  }

  // Canonical JSON of a value whose shape was checked: it holds no null, no float, no lone surrogate any more.
  function canonical(value) {
    if (Array.isArray(value)) return '[' + value.map(canonical).join(',') + ']';
    if (value instanceof Map) {
      return '{' + sortedKeys(value).map(function (key) { return JSON.stringify(key) + ':' + canonical(value.get(key)); }).join(',') + '}';
    }
    return JSON.stringify(value);
  }

  Object.assign(my, {
    BIGGEST, MAX_BYTES, Refused, textFault, nameFault, filledFault, momentFault, isEarlier, strip, lengthOf, compare, isSorted, sortedKeys, shown, parse, canonical,
  });
})(sjjVerify);
