// Check-in: the code against this entity's own, the place against the registered one. Odd values ask for a reason
// and never stop the officer.
import { sha256 } from '../js/sha256.js';
import { clockOff } from './clock.js';
import { metres } from './places.js';
import { now, reader } from './record.js';

const FAR = 1000, AT_THE_DOOR = 10; // metres; minutes after the start (sjj/rules/scan_in.py)

export function checkIn(form, data, draft, changed) {
  const read = reader(form), box = document.getElementById('checkin');
  const notice = box.querySelector('[data-place]'), state = box.querySelector('[data-checkin-state]');
  let odd = false;

  function put(name, value) { form.elements.namedItem('checkin-' + name).value = value; }

  function tell(text, kind) {
    notice.hidden = !text;
    notice.className = 'notice js-only' + (kind ? ' ' + kind : '');
    notice.querySelector('span').textContent = text;
  }

  function chip(text, kind) {
    state.textContent = '';
    if (!text) return;
    const made = document.createElement('span');
    made.className = 'chip ' + kind;
    made.textContent = text;
    state.append(made);
  }

  function locate() {
    if (!window.isSecureContext || !navigator.geolocation) {
      tell('本机打不开定位（网址不是 https），请扫码或手工说明。', 'warn');
      return;
    }
    tell('正在定位……', '');
    navigator.geolocation.getCurrentPosition(function (found) {
      const at = found.coords;
      put('lat', at.latitude.toFixed(6));
      put('lon', at.longitude.toFixed(6));
      put('accuracy_m', Math.round(at.accuracy));
      draft.here = { lat: +at.latitude.toFixed(6), lon: +at.longitude.toFixed(6), when: Date.now() };
      changed();
      show();
    }, function () {
      tell('没有定到位置，请扫码或手工说明。', 'warn');
    }, { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
  }

  async function show() {
    const method = read.text('checkin-method'), code = read.text('checkin-code');
    const lat = parseFloat(read.text('checkin-lat')), lon = parseFloat(read.text('checkin-lon'));
    let text = '', kind = '', wrong = false;
    odd = false;
    if (method === 'qr' && code) {
      const token = code.replace(/[?#].*$/, '').replace(/\/+$/, '').split('/').pop();
      odd = wrong = data.tokensSha256.indexOf(await sha256(token)) < 0;
      text = odd ? '这不是本单位的码，请写明原因。' : '码与本单位相符。';
      const late = read.ticked('urgent') ? 0 : (Date.parse(read.text('checkin-at')) - Date.parse(read.text('started_at'))) / 60000;
      if (late > AT_THE_DOOR) { text += '开始检查 ' + Math.round(late) + ' 分钟后补扫，请写明原因。'; odd = true; }
      kind = odd ? 'warn' : 'ok';
    }
    if (isFinite(lat) && isFinite(lon)) {
      const near = Math.round(parseFloat(read.text('checkin-accuracy_m')) || 0);
      const away = data.place ? metres(data.place, [lat, lon]) : null;
      const far = away !== null && away > FAR + near;
      odd = odd || far;
      text += (away === null ? '已定位' : '距登记地址 ' + (away < 1000 ? Math.round(away) + ' 米' : (away / 1000).toFixed(1) + ' 公里')) + '（精度 ' + near + ' 米）。' + (far ? '位置偏远，请写明原因。' : '');
      kind = odd ? 'warn' : 'ok';
    }
    const clock = method && clockOff();
    if (clock) {
      text += '手机时钟比服务器' + clock + '，请校准，并写明原因。';
      odd = true;
      kind = 'warn';
    }
    if (text) tell(text, kind); else if (method !== 'gps') tell('', '');
    const at = read.text('checkin-at').slice(11);
    chip(method === 'qr' && code ? '已扫码 ' + at : method === 'gps' && isFinite(lat) ? '已定位 ' + at : method === 'manual' ? '手工签到 ' + at : '', odd || method === 'manual' ? 'warn' : 'ok');
    box.querySelectorAll('[data-when]').forEach(function (part) {
      const reason = part.getAttribute('data-when').indexOf('manual') >= 0;
      part.hidden = reason ? !(method === 'manual' || odd || read.text('checkin-reason')) : method !== 'qr' || Boolean(code && !wrong);
    });
    box.querySelector('[data-how-to]').hidden = Boolean(method);
    box.querySelector('[data-scan-in]').hidden = Boolean(method && !(method === 'qr' && (!code || wrong)));
  }

  box.addEventListener('change', function (event) {
    if (event.target.name === 'checkin-method') {
      if (!read.text('checkin-at')) put('at', now());
      if (!draft.started) { draft.started = true; form.elements.namedItem('started_at').value = now(); }
      if (event.target.value === 'gps') locate();
    }
    show();
  });
  box.querySelector('[data-scan-in] a').addEventListener('click', async function (event) {
    event.preventDefault();
    if (await draft.save()) window.location.assign(event.target.closest('a').href);
  });
  return { show: show };
}
