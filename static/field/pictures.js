// A picture file as the phone keeps it: upright, long side at most 1920 px, without metadata, with a small copy for its
// tile. One at a time, and nothing of it stays in memory. What only the server can read goes as it is.
import { exifOf } from './exif.js';

const LONG_SIDE = 1920, SMALL = 320, QUALITY = 0.82, HEAD = 262144, MOST_BYTES = 20 * 1024 * 1024;
const HEIC = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'];

export class NoPicture extends Error {}

export function bytesOf(blob) { return new Response(blob).arrayBuffer(); }

// The decoded picture, turned as its camera was held: {source, width, height, free}.
async function decoded(file) {
  if (window.createImageBitmap) {
    try {
      const made = await window.createImageBitmap(file, { imageOrientation: 'from-image' });
      return { source: made, width: made.width, height: made.height, free: function () { made.close(); } };
    } catch (error) { /* a browser that does not turn pictures this way, or no picture: the image says which */ }
  }
  const url = URL.createObjectURL(file), image = new Image();
  const free = function () { image.removeAttribute('src'); URL.revokeObjectURL(url); };
  try {
    await new Promise(function (resolve, reject) { image.onload = resolve; image.onerror = reject; image.src = url; });
  } catch (error) {
    free();
    throw new NoPicture('');
  }
  return { source: image, width: image.naturalWidth, height: image.naturalHeight, free: free };
}

async function jpeg(source, width, height, side, quality) {
  const scale = Math.min(1, side / Math.max(width, height)), canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise(function (done) { canvas.toBlob(done, 'image/jpeg', quality); });
  canvas.width = canvas.height = 0; // Safari keeps the pixels otherwise
  if (!blob) throw new NoPicture('');
  return blob;
}

function brandOf(head) {
  const text = String.fromCharCode.apply(null, head.subarray(4, 12));
  return text.slice(0, 4) === 'ftyp' ? text.slice(4) : '';
}

// {bytes, type, small, about: {taken_at, lat, lon}}; `small` null where this phone cannot show it. Throws NoPicture with why.
export async function pictureOf(file) {
  const head = new Uint8Array(await bytesOf(file.slice(0, HEAD))), isHeic = HEIC.indexOf(brandOf(head)) >= 0;
  let found = null;
  try {
    found = await decoded(file);
  } catch (error) {
    if (!isHeic) throw new NoPicture('不是照片，或这部手机打不开');
    if (file.size > MOST_BYTES) throw new NoPicture('超过 20 MB');
    const bytes = await bytesOf(file);
    return { bytes: bytes, type: 'image/heic', small: null, about: exifOf(new Uint8Array(bytes)) };
  }
  try {
    const blob = await jpeg(found.source, found.width, found.height, LONG_SIDE, QUALITY);
    const small = await jpeg(found.source, found.width, found.height, SMALL, 0.7);
    const about = exifOf(isHeic ? new Uint8Array(await bytesOf(file)) : head);
    return { bytes: await bytesOf(blob), type: 'image/jpeg', small: await bytesOf(small), about: about };
  } catch (error) {
    throw error instanceof NoPicture ? new NoPicture('照片太大，这部手机处理不了') : error;
  } finally {
    found.free();
  }
}
