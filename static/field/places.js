// How far it is from one place to another, [latitude, longitude] each: the great circle, in metres.
export function metres(a, b) {
  const rad = Math.PI / 180, lat = (b[0] - a[0]) * rad / 2, lon = (b[1] - a[1]) * rad / 2;
  const half = Math.pow(Math.sin(lat), 2) + Math.cos(a[0] * rad) * Math.cos(b[0] * rad) * Math.pow(Math.sin(lon), 2);
  return 12742000 * Math.asin(Math.min(1, Math.sqrt(half)));
}
