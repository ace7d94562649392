// Small comforts on top of pages that work without any of this. No state, no network of its own.
(function () {
  'use strict';
  var root = document.documentElement;
  root.classList.add('js');

  // An error summary takes the focus, and its links put the cursor into the field they name.
  function readSummary(within) {
    var summary = within.matches && within.matches('[data-summary]') ? within : within.querySelector('[data-summary]');
    if (summary) summary.focus();
  }
  function control(id) {
    var found = document.getElementById(id);
    if (found && found.tagName === 'FIELDSET') found = found.querySelector('input:not([type=hidden]), select, textarea') || found;
    return found;
  }
  document.addEventListener('click', function (event) {
    var link = event.target.closest('[data-summary] a[href^="#"]');
    var found = link && control(decodeURIComponent(link.hash.slice(1)));
    if (found) {
      event.preventDefault();
      (found.closest('.field') || found).scrollIntoView();
      found.focus({ preventScroll: true });
    }
    if (event.target.closest('[data-print]')) window.print();
    var menu = document.querySelector('details.menu[open]');
    if (menu && !event.target.closest('header')) menu.open = false;
  });
  document.addEventListener('keydown', function (event) {
    var menu = document.querySelector('details.menu[open]');
    if (menu && event.key === 'Escape') { menu.open = false; menu.querySelector('summary').focus(); }
  });

  // A second click on a button that has already sent its form sends nothing.
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if ((form.getAttribute('method') || '').toLowerCase() !== 'post' || event.defaultPrevented) return;
    if (form.getAttribute('aria-busy') === 'true') { event.preventDefault(); event.stopImmediatePropagation(); return; }
    if (form.hasAttribute('hx-post')) return;
    setTimeout(function () { form.setAttribute('aria-busy', 'true'); }, 0);
    setTimeout(function () { form.removeAttribute('aria-busy'); }, 10000); // a form may answer with a file and stay open
  });
  // A form that answers with a file: the file is kept, then the page is shown as it is now. Refused: as without a script.
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (event.defaultPrevented || !form.hasAttribute('data-file') || !window.fetch) return;
    event.preventDefault();
    window.fetch(form.action, { method: 'POST', body: new FormData(form), credentials: 'same-origin', redirect: 'error' }).then(function (answer) {
      var name = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') || '');
      if (!answer.ok || !name) throw new Error(String(answer.status));
      return answer.blob().then(function (file) {
        var link = document.createElement('a');
        link.href = URL.createObjectURL(file);
        link.download = name[1];
        link.click();
        setTimeout(function () { window.location.reload(); }, 1000);
      });
    }).catch(function () { form.submit(); });
  });
  window.addEventListener('pageshow', function () {
    document.querySelectorAll('form[aria-busy]').forEach(function (form) { form.removeAttribute('aria-busy'); });
  });

  // Signing out takes the phone's copies of pages along; records that wait to be sent stay (see static/field/).
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (event.defaultPrevented || !window.caches || !/\/sign-out$/.test(form.getAttribute('action') || '')) return;
    event.preventDefault();
    function go() { form.submit(); }
    window.caches.keys().then(function (names) {
      return Promise.all(names.map(function (name) { return name.indexOf('sjj-pages') === 0 ? window.caches.delete(name) : false; }));
    }).then(go, go);
  });

  // <input type="checkbox" data-all="name"> ticks every box of that name in its form.
  document.addEventListener('change', function (event) {
    var name = event.target.getAttribute && event.target.getAttribute('data-all');
    var form = name && event.target.form;
    if (form) Array.prototype.forEach.call(form.elements, function (box) { if (box.name === name && !box.disabled) box.checked = event.target.checked; });
  });

  // A text with a limit shows how much of it is used.
  function count(area) {
    var shown = area.nextElementSibling;
    if (!shown || shown.className !== 'count') {
      shown = document.createElement('span');
      shown.className = 'count';
      area.insertAdjacentElement('afterend', shown);
    }
    shown.textContent = area.value.length + ' / ' + area.maxLength + ' 字';
  }
  document.addEventListener('input', function (event) {
    if (event.target.tagName === 'TEXTAREA' && event.target.maxLength > 0) count(event.target);
  });

  // htmx: say when the server cannot be reached or refuses; a lost session goes to the sign-in page.
  function say(text) {
    var old = document.querySelector('.toast');
    if (old) old.remove();
    var toast = document.createElement('div');
    toast.className = 'toast';
    toast.setAttribute('role', 'alert');
    var box = document.createElement('div');
    box.className = 'notice bad';
    box.textContent = text;
    toast.appendChild(box);
    document.body.appendChild(toast);
    setTimeout(function () { toast.remove(); }, 8000);
  }
  // A page that asks for itself again says in one quiet line that nobody answers; what it shows stays.
  function isPoll(event) { return Boolean(event.detail.elt && event.detail.elt.hasAttribute && event.detail.elt.hasAttribute('data-poll')); }
  function lost(event) {
    var line = isPoll(event) && document.querySelector('[data-poll-lost]');
    if (!line) return;
    line.hidden = event.type === 'htmx:load'; // it came anew: somebody answers again
    if (!line.hidden) event.stopImmediatePropagation();
  }
  ['htmx:sendError', 'htmx:timeout', 'htmx:load'].forEach(function (name) { document.addEventListener(name, lost); });
  document.addEventListener('htmx:beforeSwap', function (event) {
    if (!isPoll(event) || !/^\s*<!doctype/i.test(event.detail.serverResponse)) return;
    event.detail.shouldSwap = false; // signed out meanwhile: the whole page says so
    window.location.reload();
  });
  document.addEventListener('htmx:sendError', function () { say('连不上服务器，刚才的操作没有完成。请检查网络后再试。'); });
  document.addEventListener('htmx:timeout', function () { say('服务器太久没有回应，请稍后再试。'); });
  document.addEventListener('htmx:responseError', function (event) {
    var status = event.detail.xhr.status;
    if (status === 401) window.location.reload();
    else if (status === 403) say('没有权限办理这件事。');
    else if (status === 404 || status === 409) say('内容已经有了变化，请刷新页面再看。');
    else say('系统出了问题，刚才的操作没有完成。请稍后再试。');
  });
  document.addEventListener('htmx:load', function (event) { if (event.detail.elt !== document.body) start(event.detail.elt); });

  function start(within) {
    readSummary(within);
    within.querySelectorAll('textarea[maxlength]').forEach(count);
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', function () { start(document); });
  else start(document);
})();
