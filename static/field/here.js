// 取当前位置: fills the two degrees in with where the telephone is. Without a position the fields stay to be typed.
const button = document.querySelector('[data-here]');
const said = document.querySelector('[data-here-said]');
const form = button && button.closest('form');
const GOOD_METRES = 30;

function tell(words) {
  said.textContent = words;
}

function take(found) {
  const metres = Math.round(found.coords.accuracy);
  form.elements.lat.value = found.coords.latitude.toFixed(6);
  form.elements.lon.value = found.coords.longitude.toFixed(6);
  form.elements.accuracy.value = String(metres);
  button.disabled = false;
  tell(metres > GOOD_METRES ? '误差约 ' + metres + ' 米，偏大。请到开阔处再取一次。' : '已取到，误差约 ' + metres + ' 米。');
}

function refuse(problem) {
  button.disabled = false;
  tell(problem && problem.code === 1 ? '手机没有允许定位，请在设置里打开，或手工填写。' : '没有取到位置，请到开阔处再试，或手工填写。');
}

if (button) {
  button.addEventListener('click', function () {
    if (!navigator.geolocation) {
      refuse(null);
      return;
    }
    button.disabled = true;
    tell('正在取位置……');
    navigator.geolocation.getCurrentPosition(take, refuse, { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 });
  });
  ['lat', 'lon'].forEach(function (name) {
    form.elements[name].addEventListener('input', function () {
      form.elements.accuracy.value = '';
    });
  });
}
