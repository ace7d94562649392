// The room's page: new states come in by themselves without disturbing anybody who types; the drawn can play by themselves.
(function () {
  'use strict';
  var timer = 0;

  function hall() { return document.getElementById('hall'); }

  // Whether somebody is in the middle of typing, or a form is on its way.
  function busy() {
    var root = hall();
    if (!root) return false;
    if (root.querySelector('form.htmx-request')) return true;
    return Array.prototype.some.call(root.querySelectorAll('input:not([type=hidden]), textarea'), function (box) {
      return box.value !== box.defaultValue;
    });
  }

  function isQuestion(detail) { return detail.requestConfig && detail.requestConfig.verb === 'get' && detail.elt && detail.elt.id === 'hall'; }

  document.addEventListener('htmx:beforeSwap', function (event) {
    var detail = event.detail;
    if (!detail.target || detail.target.id !== 'hall') return;
    var status = detail.xhr.status;
    if (status === 204) return;
    if (status < 500 && detail.serverResponse.indexOf('id="hall"') < 0) { // signed out meanwhile, or no longer allowed
      detail.shouldSwap = false;
      window.location.reload();
      return;
    }
    if (status === 409 || status === 422) { detail.shouldSwap = true; detail.isError = false; stop(); }
    if (isQuestion(detail) && busy()) detail.shouldSwap = false;
  });

  // A question that is not answered is no mistake of anybody: one quiet line until the server answers again.
  function lost(event) {
    if (!isQuestion(event.detail)) return;
    event.stopPropagation();
    var line = document.getElementById('hall-lost');
    if (line) line.hidden = event.type === 'htmx:afterOnLoad';
  }
  window.addEventListener('htmx:sendError', lost, true);
  window.addEventListener('htmx:timeout', lost, true);
  document.addEventListener('htmx:afterOnLoad', lost);

  // Playing: the form of the next one is sent again and again until the last one is shown.
  function button() { return document.querySelector('[data-autoplay]'); }
  function label() {
    var found = button();
    if (!found) { stop(); return; }
    found.textContent = found.getAttribute(timer ? 'data-on' : 'data-off');
    found.setAttribute('aria-pressed', timer ? 'true' : 'false');
  }
  function step() {
    var form = document.querySelector('#hall form[data-step=next]');
    if (!form) { stop(); return; }
    if (!busy()) window.htmx.trigger(form, 'submit');
  }
  function stop() {
    if (timer) clearInterval(timer);
    timer = 0;
    if (button()) label();
  }
  document.addEventListener('click', function (event) {
    var found = event.target.closest && event.target.closest('[data-autoplay]');
    if (!found) return;
    if (timer) { stop(); return; }
    timer = setInterval(step, Number(found.getAttribute('data-autoplay')));
    label();
    step();
  });
  document.addEventListener('htmx:load', label);
})();
