// Writes a ZIP file without compression: photos are compressed already, and no library is needed for the rest.
const TABLE = new Uint32Array(256).map(function (_, n) {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ n >>> 1 : n >>> 1;
  return n;
});

function crc32(bytes) {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = TABLE[(crc ^ bytes[i]) & 255] ^ crc >>> 8;
  return (crc ^ -1) >>> 0;
}

function block(size, write) {
  const view = new DataView(new ArrayBuffer(size));
  let at = 0;
  write(function (value) { view.setUint16(at, value, true); at += 2; }, function (value) { view.setUint32(at, value, true); at += 4; });
  return new Uint8Array(view.buffer);
}

// `files`: [{name, bytes: Uint8Array}], names in UTF-8.
export function zip(files, when) {
  const day = (when.getFullYear() - 1980) << 9 | when.getMonth() + 1 << 5 | when.getDate();
  const clock = when.getHours() << 11 | when.getMinutes() << 5 | when.getSeconds() >> 1;
  const parts = [], index = [];
  let at = 0;
  files.forEach(function (file) {
    const name = new TextEncoder().encode(file.name), size = file.bytes.length, crc = crc32(file.bytes), start = at;
    const facts = function (u16, u32) {
      [20, 0x0800, 0, clock, day].forEach(u16);             // version, names are UTF-8, stored as it is, time
      [crc, size, size].forEach(u32);
      [name.length, 0].forEach(u16);
    };
    parts.push(block(30, function (u16, u32) { u32(0x04034b50); facts(u16, u32); }), name, file.bytes);
    index.push(block(46, function (u16, u32) {
      u32(0x02014b50);
      u16(20);
      facts(u16, u32);
      [0, 0, 0].forEach(u16);
      [0, start].forEach(u32);
    }), name);
    at += 30 + name.length + size;
  });
  const length = index.reduce(function (sum, one) { return sum + one.length; }, 0);
  const end = block(22, function (u16, u32) {
    u32(0x06054b50);
    [0, 0, files.length, files.length].forEach(u16);
    [length, at].forEach(u32);
    u16(0);
  });
  return new Blob(parts.concat(index, end), { type: 'application/zip' });
}
