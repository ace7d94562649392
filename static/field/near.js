// How far each visit of the day is from here, and an order from one to the nearest next. Works without a network:
// the places stand in the page. What presses stays first, only stops of one group change places.
import { metres } from './places.js';

const words = function (far) { return far < 995 ? Math.round(far / 10) * 10 + ' 米' : (far / 1000).toFixed(1) + ' 公里'; };
const box = document.querySelector('[data-near]'), list = document.querySelector('[data-stops]');
const button = box && box.querySelector('button'), said = box && box.querySelector('span');

function placeOf(stop) {
  const lat = parseFloat(stop.getAttribute('data-lat')), lon = parseFloat(stop.getAttribute('data-lon'));
  return isNaN(lat) || isNaN(lon) ? null : [lat, lon];
}

function groups() {
  const found = {};
  list.querySelectorAll('[data-stop]').forEach(function (stop) {
    const key = stop.getAttribute('data-stop');
    (found[key] = found[key] || []).push(stop);
  });
  return Object.keys(found).map(function (key) { return found[key]; });
}

function nearestNext(stops, here) {
  const left = stops.filter(placeOf), ordered = [];
  while (left.length) {
    let best = 0;
    for (let i = 1; i < left.length; i++) if (metres(here, placeOf(left[i])) < metres(here, placeOf(left[best]))) best = i;
    here = placeOf(left[best]);
    ordered.push(left.splice(best, 1)[0]);
  }
  return { ordered: ordered.concat(stops.filter(function (stop) { return !placeOf(stop); })), here: here };
}

function show(position) {
  const here = [position.coords.latitude, position.coords.longitude];
  let from = here;
  list.querySelectorAll('[data-stop]').forEach(function (stop) {
    const place = placeOf(stop), far = stop.querySelector('[data-far]');
    far.hidden = !place;
    far.textContent = place ? '离我 ' + words(metres(here, place)) : '';
  });
  groups().forEach(function (stops) {
    const after = stops[stops.length - 1].nextSibling, turn = nearestNext(stops, from);
    from = turn.here;
    turn.ordered.forEach(function (stop) { list.insertBefore(stop, after); });
  });
  said.textContent = '已按离您的远近排列（直线距离）。';
}

function ask() {
  button.disabled = true;
  said.textContent = '正在定位……';
  navigator.geolocation.getCurrentPosition(function (position) {
    button.disabled = false;
    show(position);
  }, function (error) {
    button.disabled = false;
    said.textContent = error.code === 1 ? '没有允许定位，按原来的顺序排列。' : '没有定到位置，请到开阔处再试。';
  }, { enableHighAccuracy: false, maximumAge: 300000, timeout: 20000 });
}

if (box && window.isSecureContext && navigator.geolocation) {
  box.hidden = false;
  button.addEventListener('click', ask);
  // Whoever has allowed it before need not press; nobody is asked by merely opening the page.
  if (navigator.permissions && navigator.permissions.query) {
    navigator.permissions.query({ name: 'geolocation' }).then(function (answer) { if (answer.state === 'granted') ask(); }).catch(function () { /* then by the button */ });
  }
}
