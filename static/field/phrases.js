// 常用语: sentences the office keeps, inserted at the cursor of a note, the narrative or the remarks. They come with the
// page and so work without a network; lists are made only once they are opened.

// At the cursor; at the end of a text in which there was none yet.
function insert(box, text, wasSeen) {
  const at = wasSeen ? box.selectionStart : box.value.length, end = wasSeen ? box.selectionEnd : at, before = box.value.slice(0, at);
  const joined = (before && !/[。；，、\s]$/.test(before) ? '，' : '') + text;
  box.setRangeText(joined.slice(0, Math.max(0, (box.maxLength > 0 ? box.maxLength : Infinity) - box.value.length)), at, end, 'end');
  box.dispatchEvent(new Event('input', { bubbles: true }));
  box.dispatchEvent(new Event('change', { bubbles: true }));
}

function list(box, phrases) {
  const made = document.createElement('details'), title = document.createElement('summary');
  let wasSeen = false;
  box.addEventListener('focus', function () { wasSeen = true; });
  made.className = 'more phrases';
  title.textContent = '常用语（' + phrases.length + '）';
  made.append(title);
  made.addEventListener('toggle', function () {
    if (made.children.length > 1) return;
    phrases.forEach(function (text) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'btn plain phrase';
      button.textContent = text;
      button.addEventListener('click', function () { insert(box, text, wasSeen); wasSeen = true; });
      made.append(button);
    });
  });
  const after = box.nextElementSibling; // the count of its letters stays right under the box
  (after && after.className === 'count' ? after : box).insertAdjacentElement('afterend', made);
}

export function phraseBoxes(form, data) {
  const offer = function (name, place, item) {
    const box = form.elements.namedItem(name);
    const own = data.phrases.filter(function (one) { return one.place === place && (!one.item || !item || one.item === item); });
    if (box && own.length) list(box, own.map(function (one) { return one.text; }));
  };
  data.points.forEach(function (point, at) { offer('answers-' + at + '-note', 'point', point.item); });
  offer('other-text', 'point', '');
  offer('narrative', 'narrative', '');
  offer('remarks', 'remarks', '');
}
