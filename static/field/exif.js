// When and where a picture was taken, from the EXIF block that a camera put into a JPEG or HEIC. Reads only what it needs;
// what is damaged or makes no sense counts as not there.
import { isoOf } from './record.js';

const TIME = 0x9003, ZONE = 0x9011, MORE = 0x8769, PLACE = 0x8825, LONGEST = 64;

// Where the block begins: "Exif", two zeros, then the byte order.
function blockIn(bytes) {
  for (let at = bytes.indexOf(0x45); at >= 0; at = bytes.indexOf(0x45, at + 1)) {
    if (bytes[at + 1] !== 0x78 || bytes[at + 2] !== 0x69 || bytes[at + 3] !== 0x66 || bytes[at + 4] || bytes[at + 5]) continue;
    const order = bytes[at + 6];
    if ((order === 0x49 || order === 0x4d) && bytes[at + 7] === order) return at + 6;
  }
  return -1;
}

function readerOf(view, little) {
  const u16 = function (at) { return view.getUint16(at, little); }, u32 = function (at) { return view.getUint32(at, little); };
  // One directory: {tag: [count, where its value stands]}.
  const directory = function (at) {
    const out = {};
    for (let left = u16(at), entry = at + 2; left > 0; left--, entry += 12) {
      const count = u32(entry + 4), size = count * ({ 1: 1, 2: 1, 3: 2, 4: 4, 5: 8 }[u16(entry + 2)] || 8);
      out[u16(entry)] = [count, size > 4 ? u32(entry + 8) : entry + 8];
    }
    return out;
  };
  const text = function (found) {
    let made = '';
    for (let i = 0; found && i < Math.min(found[0], LONGEST); i++) made += String.fromCharCode(view.getUint8(found[1] + i));
    return made.replace(/\0.*$/, '').trim();
  };
  const degrees = function (found, side) {
    if (!found || found[0] !== 3 || !side) return NaN;
    const part = function (at) { return u32(found[1] + at * 8) / u32(found[1] + at * 8 + 4); };
    return (part(0) + part(1) / 60 + part(2) / 3600) * (side === 'S' || side === 'W' ? -1 : 1);
  };
  return { u32: u32, directory: directory, text: text, degrees: degrees };
}

// A time of the picture's own zone, of Beijing where it names none; '' for one that no clock shows.
function timeOf(text, zone) {
  const parts = text.match(/^(20\d\d):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/);
  const moment = parts ? Date.parse(parts[1] + '-' + parts[2] + '-' + parts[3] + 'T' + parts[4] + (/^[+-]\d\d:\d\d$/.test(zone) ? zone : '+08:00')) : NaN;
  return isFinite(moment) ? isoOf(moment) : '';
}

// {taken_at, lat, lon}: those that are known.
export function exifOf(bytes) {
  const made = {}, start = blockIn(bytes);
  if (start < 0) return made;
  try {
    const read = readerOf(new DataView(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start), bytes[start] === 0x49);
    const first = read.directory(read.u32(4)), shot = first[MORE] ? read.directory(read.u32(first[MORE][1])) : {};
    const taken = timeOf(read.text(shot[TIME]), read.text(shot[ZONE]));
    if (taken) made.taken_at = taken;
    const gps = first[PLACE] ? read.directory(read.u32(first[PLACE][1])) : {};
    const lat = read.degrees(gps[2], read.text(gps[1])), lon = read.degrees(gps[4], read.text(gps[3]));
    if (Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && (lat || lon)) Object.assign(made, { lat: +lat.toFixed(6), lon: +lon.toFixed(6) });
  } catch (damaged) { /* what was read before stands */ }
  return made;
}
