// 补扫: the code that the page's scanner read comes along behind the address.
const read = (window.location.hash.match(/^#code=(.+)/) || [])[1];
if (read) {
  document.getElementById('code').value = decodeURIComponent(read);
  document.getElementById('reason').focus();
}
