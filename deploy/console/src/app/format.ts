/** A moment with its zone, from milliseconds or an ISO text. */
export function moment(at: number | string | undefined | null): string {
  if (at === undefined || at === null || at === '') {
    return '–';
  }
  const date = new Date(at);
  return Number.isNaN(date.getTime())
    ? String(at)
    : date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' });
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

export function ago(at: number | string | undefined | null): string {
  if (at === undefined || at === null || at === '') {
    return '–';
  }
  const difference = new Date(at).getTime() - Date.now();
  for (const [unit, millis] of STEPS) {
    if (Math.abs(difference) >= millis) {
      return relative.format(Math.round(difference / millis), unit);
    }
  }
  return 'now';
}

export function bytes(count: number | undefined): string {
  if (count === undefined) {
    return '–';
  }
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toLocaleString(undefined, { maximumFractionDigits: unit === 0 ? 0 : 1 })} ${units[unit] ?? ''}`;
}

export function count(value: number | undefined): string {
  return value === undefined ? '–' : value.toLocaleString();
}

export function millis(value: number | undefined): string {
  if (value === undefined) {
    return '–';
  }
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(value < 10_000 ? 2 : 1)} s`;
}

/** Up to four meaningful digits, for metrics. */
export function figure(value: number | undefined): string {
  return value === undefined ? '–' : value.toLocaleString(undefined, { maximumSignificantDigits: 5 });
}

export function shown(value: unknown): string {
  if (value === null || value === undefined) {
    return '–';
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
