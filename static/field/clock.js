// How far this phone's clock is from the server's, as last heard while there was signal. Nothing is corrected by it: the
// officer is told, and writes down why.
const KEPT = 'sjj-clock', TOO_FAR = 600000;

export function heard(now) {
  try { window.localStorage.setItem(KEPT, String(Date.now() - Date.parse(now))); } catch (error) { /* then nothing is known of it */ }
}

// "快 1 天", "慢 25 分钟"; '' while it is right, or nothing is known.
export function clockOff() {
  let off = 0;
  try { off = Number(window.localStorage.getItem(KEPT)) || 0; } catch (error) { /* as above */ }
  const minutes = Math.round(Math.abs(off) / 60000);
  if (Math.abs(off) <= TOO_FAR) return '';
  return (off > 0 ? '快 ' : '慢 ') + (minutes < 120 ? minutes + ' 分钟' : minutes < 1440 ? Math.round(minutes / 60) + ' 小时' : Math.round(minutes / 1440) + ' 天');
}
