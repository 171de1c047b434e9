// What the table's rules need and JavaScript's Math lacks, or has otherwise than Python.
const M = {
  sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : x === 0 ? 0 : NaN),
  maximum: (x, y) => (x >= y || x !== x ? x : y),
  minimum: (x, y) => (x <= y || x !== x ? x : y),
  isfinite: (x) => Number.isFinite(x),
  copysign: (x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x)),
  sum: (xs) => xs.reduce((a, b) => a + b, 0),
  dot: (ws, xs, bias) => ws.reduce((a, w, i) => a + w * xs[i], bias),
  norm: (xs) => Math.hypot(...xs),
  largest: (xs) => xs.reduce((a, b) => (b > a ? b : a)),
  // a power of 1, and a power with exponent 0, are 1 whatever the other number is
  pow: (x, y) => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : Math.pow(x, y)),
  round: (x) => {
    if (!Number.isFinite(x)) return x;
    const low = Math.floor(x), over = x - low;
    return M.copysign(over < 0.5 || (over === 0.5 && low % 2 === 0) ? low : low + 1, x);
  },
  mod: (x, y) => {
    const rest = x % y;
    return rest ? (y < 0 !== rest < 0 ? rest + y : rest) : rest === 0 ? M.copysign(0, y) : NaN;
  },
  floordiv: (x, y) => {
    if (y === 0 || x !== x || y !== y) return x / y;
    const rest = x % y;
    let whole = (x - rest) / y;
    if (rest && y < 0 !== rest < 0) whole -= 1;
    if (!whole) return whole === 0 ? M.copysign(0, x / y) : NaN;
    const low = Math.floor(whole);
    return whole - low > 0.5 ? low + 1 : low;
  },
  // exp(-x²), whose square is taken in two parts so that its rounding costs no digits
  bell: (x) => {
    const head = Math.trunc(x * 1048576) / 1048576;
    return Math.exp(-head * head) * Math.exp(-(x - head) * (x + head));
  },
  // near 0 the series, in the tail the continued fraction (Abramowitz and Stegun, 7.1.6, 7.1.14)
  erf: (x) => {
    if (x === 0 || x !== x) return x;
    if (Math.abs(x) >= 1) return x > 0 ? 1 - M.tail(x) : M.tail(-x) - 1;
    let term = x, sum = x;
    for (let n = 1; n < 60; n++) sum += term *= (2 * x * x) / (2 * n + 1);
    return (2 / Math.sqrt(Math.PI)) * M.bell(x) * sum;
  },
  erfc: (x) => (x >= 1 ? M.tail(x) : x <= -1 ? 2 - M.tail(-x) : 1 - M.erf(x)),
  tail: (x) => {
    if (x > 28) return 0;
    let below = x;
    for (let n = 400; n > 0; n--) below = x + n / 2 / below;
    return M.bell(x) / Math.sqrt(Math.PI) / below;
  },
};
