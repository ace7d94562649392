// What a QR code says, from a frame of the camera or a picture: by the browser's own detector where there is one, else
// by zxing (WebAssembly), which is fetched only then. Reads; decides nothing.
export class CannotRead extends Error {}  // this browser has neither

const NAME = 'vendor/zxing-wasm-3.1.4.reader';
function urls() {
  const base = document.body.getAttribute('data-static') + NAME;
  return { script: base + '.iife.js', wasm: base + '.wasm' };
}

function script(url) {
  return new Promise(function (resolve, reject) {
    const made = document.createElement('script');
    made.src = url;
    made.onload = resolve;
    made.onerror = function () { reject(new CannotRead('script')); };
    document.head.append(made);
  });
}

async function ownDetector() {
  try {
    const known = await window.BarcodeDetector.getSupportedFormats();
    const made = known.indexOf('qr_code') >= 0 && new window.BarcodeDetector({ formats: ['qr_code'] });
    if (!made) return null;
    await made.detect(document.createElement('canvas').getContext('2d').createImageData(8, 8)); // some say yes and cannot
    return async function (canvas) { return (await made.detect(canvas)).map(function (one) { return one.rawValue; })[0] || ''; };
  } catch (error) {
    return null;
  }
}

async function zxing() {
  const at = urls();
  if (!window.WebAssembly) throw new CannotRead('no wasm');
  if (!Object.hasOwn) Object.hasOwn = function (of, name) { return Object.prototype.hasOwnProperty.call(of, name); };
  if (!window.ZXingWASM) await script(at.script);
  try {
    await window.ZXingWASM.prepareZXingModule({ overrides: { locateFile: function () { return at.wasm; } }, fireImmediately: true });
  } catch (error) {
    throw new CannotRead(error.message);
  }
  return async function (canvas) {
    const frame = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const found = await window.ZXingWASM.readBarcodes(frame, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 1 });
    return found.length && found[0].isValid ? found[0].text : '';
  };
}

let made = null;
export function reader() {
  if (!made) made = ownDetector().then(function (own) { return own || zxing(); }).catch(function (error) { made = null; throw error; });
  return made;
}

// Brings the reader onto the phone before a trip, unless the browser has its own. `cache`: the shell of this version.
export async function bring(cache) {
  if (!window.WebAssembly || await ownDetector()) return;
  const at = urls(), both = [[at.script, 'javascript'], [at.wasm, 'application/wasm']];
  for (let i = 0; i < both.length; i++) {
    if (await cache.match(both[i][0])) continue;
    const answer = await fetch(both[i][0], { credentials: 'omit' });
    if (answer.status !== 200 || (answer.headers.get('Content-Type') || '').indexOf(both[i][1]) < 0) throw new CannotRead('strange answer');
    await cache.put(both[i][0], answer);
  }
}

// A picture or frame drawn with its long side at most `most` pixels.
export function drawn(canvas, from, width, height, most) {
  const scale = Math.min(1, most / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext('2d').drawImage(from, 0, 0, canvas.width, canvas.height);
  return canvas;
}
