// The camera of 扫码: a live picture in which a code is looked for several times a second, a lamp where the phone has
// one, and a photo instead where there is no camera stream (plain http, or not allowed).
import { CannotRead, drawn, reader } from './reader.js';

const EVERY = 180, SIDES = [1280, 720, 2000];

// `found(text)` is called once for each code until `go()` is called again; `say(kind, title, text)` tells how it stands.
export function scanner(box, found, say) {
  const video = box.querySelector('video'), canvas = document.createElement('canvas');
  const find = function (name) { return box.querySelector('[data-' + name + ']'); };
  let stream = null, timer = null, lit = false;

  function stop() {
    clearTimeout(timer);
    timer = null;
    if (stream) stream.getTracks().forEach(function (track) { track.stop(); });
    stream = null;
    lit = false;
    video.srcObject = null;
    find('view').hidden = true;
    find('torch').hidden = true;
    find('start').hidden = !canStream();
  }

  function canStream() { return Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia); }

  function told(error) {
    if (error instanceof CannotRead) return say('warn', '这个浏览器认不出二维码', '请用手机自带的相机扫码，或在下面粘贴网址。');
    const refused = error && (error.name === 'NotAllowedError' || error.name === 'SecurityError');
    say('warn', refused ? '没有允许使用摄像头' : '打不开摄像头', '请拍一张二维码的照片来识别，或用手机自带的相机扫码。');
  }

  async function look(read) {
    timer = null;
    if (!stream) return;
    try {
      const text = video.readyState >= 2 && await read(drawn(canvas, video, video.videoWidth, video.videoHeight, SIDES[0]));
      if (text && stream) { stop(); return found(text); }
    } catch (error) {
      stop();
      return told(error);
    }
    if (stream) timer = setTimeout(look, EVERY, read);
  }

  async function go() {
    if (!canStream()) { stop(); return; }
    stop();
    find('start').hidden = true;
    try {
      const reading = reader();
      reading.catch(function () { /* told below */ });
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } } });
      video.srcObject = stream;
      find('view').hidden = false;
      await video.play();
      const track = stream.getVideoTracks()[0], can = track.getCapabilities ? track.getCapabilities() : {};
      find('torch').hidden = !can.torch;
      look(await reading);
    } catch (error) {
      stop();
      told(error);
    }
  }

  async function torch() {
    lit = !lit;
    try { await stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: lit }] }); } catch (error) { lit = false; }
    find('torch').setAttribute('aria-pressed', String(lit));
    find('torch').textContent = lit ? '关灯' : '开灯';
  }

  async function picture(file) {
    const url = URL.createObjectURL(file), image = new Image();
    try {
      await new Promise(function (resolve, reject) { image.onload = resolve; image.onerror = reject; image.src = url; });
      const read = await reader();
      for (let i = 0; i < SIDES.length; i++) {
        const text = await read(drawn(canvas, image, image.naturalWidth, image.naturalHeight, SIDES[i]));
        if (text) { stop(); return found(text); }
      }
      say('warn', '照片里没有找到二维码', '请对准二维码，靠近一些，再拍一张。');
    } catch (error) {
      if (error instanceof CannotRead) told(error); else say('warn', '这个文件不是照片', '请重新拍照。');
    } finally {
      URL.revokeObjectURL(url);
    }
  }

  find('start').addEventListener('click', go);
  find('torch').addEventListener('click', torch);
  find('picture').addEventListener('change', function () {
    const file = find('picture').files[0];
    find('picture').value = '';
    if (file) picture(file);
  });
  document.addEventListener('visibilitychange', function () { if (document.visibilityState === 'hidden' && stream) stop(); });
  window.addEventListener('pagehide', stop);
  return { go: go };
}
