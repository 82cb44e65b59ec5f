const MINUS = '−';
const NO_BREAK = '\u00a0';

/** 0.98765 → `98.77 %`. Two digits, since a sample of 10,000 counts for 0.01. */
export function percent(share: number): string {
  return `${percentNumber(share)}${NO_BREAK}%`;
}

/** 0.98765 → `98.77` */
export function percentNumber(share: number): string {
  return (100 * share).toFixed(2);
}

/** 0.0018 → `+0.18`: percentage points with their sign. */
export function signedPoints(difference: number): string {
  const text = Math.abs(100 * difference).toFixed(2);
  if (Number(text) === 0) return '0.00';
  return `${difference < 0 ? MINUS : '+'}${text}`;
}

/** A weight or a loss: four significant digits at most, without needless zeros. */
export function decimal(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : `${value < 0 ? MINUS : ''}∞`;
  const text = Math.abs(value) >= 1e-4 || value === 0 ? String(Number(value.toPrecision(4))) : value.toExponential(1);
  return text.replaceAll('-', MINUS);
}

/** `p = 0.031`, `p < 0.001` */
export function pValue(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}

/** 12345 → `12,345` */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

export function plural(value: number, singular: string, several = `${singular}s`): string {
  return `${count(value)} ${value === 1 ? singular : several}`;
}

/** 83 → `1 min 23 s` */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const parts = [
    hours > 0 ? `${hours} h` : '',
    minutes > 0 ? `${minutes} min` : '',
    hours === 0 ? `${whole % 60} s` : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}
