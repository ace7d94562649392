// 给企业看: the record as it stood when it was signed on this phone, before the server has it.
import { draftsOf, latestOf } from './outbox.js';
import { showSheet } from './sheet.js';

const data = JSON.parse(document.getElementById('page-data').textContent), box = document.querySelector('[data-signed-here]');

async function show() {
  const draft = (await draftsOf(data.user)).filter(function (one) { return one.inspection === data.inspection; }).pop();
  const entry = await latestOf(data.user, data.inspection);
  const lines = [draft, entry].map(function (one) { return one && one.values && one.values.shown; }).filter(Boolean)[0];
  if (!lines) return;
  showSheet(box.querySelector('[data-sheet-text]'), JSON.parse(lines));
  box.hidden = false;
  const other = document.querySelector('[data-signed-there]');
  if (other) other.hidden = true;
}

show();
