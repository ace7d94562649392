// Checking a draw receipt on a page: takes the file, by choice, by drop, from this site or from the example.
//
// Nothing is sent anywhere. The one request there can be is for a receipt that this site has published.
(function (my) {
  'use strict';
  const one = function (selector) { return document.querySelector(selector); };
  const form = one('[data-check]'), chooser = one('#receipt'), published = one('#commitment'), result = one('[data-result]'), said = one('[data-said]'), trouble = one('[data-trouble]'), zone = one('[data-drop]');
  let current = null; // {name, bytes}

  function complain(text) {
    trouble.textContent = text;
    trouble.hidden = !text;
  }

  // Painted first, then worked on: a large receipt takes a second or two.
  function check(file) {
    current = file;
    complain('');
    said.textContent = '正在核对';
    result.hidden = false;
    result.textContent = '';
    result.append(Object.assign(document.createElement('p'), { className: 'muted', textContent: '正在核对 ' + file.name + ' …' }));
    setTimeout(function () {
      try {
        show(file);
      } catch (error) { // nothing is called fine because the page broke
        result.hidden = true;
        complain('核对中途出错，没有结果。请换一个较新的浏览器，或者用 Python 核对。');
        throw error;
      }
    }, 40);
  }

  function show(file) {
    const given = my.strip(published.value), found = my.report(file.bytes, given === '' ? null : given, file.name);
    result.textContent = '';
    found.parts.forEach(function (part) { result.append(part); });
    said.textContent = '核对完了。' + found.said;
    result.scrollIntoView();
  }

  function read(file) {
    if (!file) return;
    const name = my.shown(file.name);
    if (file.size > my.MAX_BYTES) { // told as the checks would, without reading all of it
      check({ name: name, bytes: new Uint8Array(my.MAX_BYTES + 1) });
      return;
    }
    const reader = new FileReader();
    reader.addEventListener('load', function () { check({ name: name, bytes: new Uint8Array(reader.result) }); });
    reader.addEventListener('error', function () { complain('读不出这个文件，请重新选择。'); });
    reader.readAsArrayBuffer(file);
  }

  // --- The example, whole or with one figure changed by hand ----------------------------------------------

  function example(kind) {
    const receipt = JSON.parse(one('#example').textContent);
    if (kind === 'forged') receipt.drawn[0].code = receipt.pool.filter(function (row) { return row.code !== receipt.drawn[0].code && row.code !== receipt.drawn[1].code; })[0].code;
    published.value = receipt.commitment_sha256;
    check({ name: kind === 'forged' ? '改动过的例子（抽中的第一家被换成了别家）' : '例子', bytes: new TextEncoder().encode(JSON.stringify(receipt)) });
  }

  // --- From this site -------------------------------------------------------------------------------------

  function fetchReceipt(button) {
    button.disabled = true;
    complain('');
    fetch(button.getAttribute('data-fetch'), { credentials: 'same-origin' }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.arrayBuffer();
    }).then(function (buffer) {
      check({ name: '本站公布的凭据', bytes: new Uint8Array(buffer) });
    }).catch(function () {
      complain('没有取到凭据。请检查网络，或者下载凭据文件，在这里选择。');
    }).then(function () { button.disabled = false; });
  }

  // --- Hands ----------------------------------------------------------------------------------------------

  form.addEventListener('submit', function (event) {
    event.preventDefault();
    if (current) check(current);
    else if (chooser.files.length) read(chooser.files[0]);
    else {
      complain('请先选择凭据文件。');
      chooser.focus();
    }
  });
  chooser.addEventListener('change', function () { read(chooser.files[0]); });
  document.addEventListener('click', function (event) {
    const button = event.target.closest('[data-example], [data-fetch]');
    if (!button) return;
    if (button.hasAttribute('data-fetch')) fetchReceipt(button);
    else example(button.getAttribute('data-example'));
  });
  ['dragenter', 'dragover'].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      event.preventDefault();
      zone.classList.add('over');
    });
  });
  document.addEventListener('dragleave', function (event) { if (!event.relatedTarget) zone.classList.remove('over'); });
  document.addEventListener('drop', function (event) {
    event.preventDefault();
    zone.classList.remove('over');
    read(event.dataTransfer.files[0]);
  });

  document.documentElement.classList.add('js');
  document.querySelectorAll('[data-tool]').forEach(function (part) { part.hidden = false; });
  one('[data-no-script]').remove();
})(sjjVerify);
