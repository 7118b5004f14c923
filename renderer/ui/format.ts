const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `1,447,021` */
export function formatCount(value: number): string {
  return grouped.format(value);
}

const significant = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** A rate that somebody has set, per second: `1,500`, `0.25`. */
export function formatSetRate(rateHz: number): string {
  return rateHz < 100 ? significant.format(rateHz) : formatCount(rateHz);
}

/** `482 k`, `1.447 M`, `2.6`: three or four digits and a unit. */
export function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return 'no data';
  if (perSecond >= 1e9) return `${(perSecond / 1e9).toFixed(3)} G`;
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toFixed(3)} M`;
  if (perSecond >= 1e5) return `${(perSecond / 1e3).toFixed(0)} k`;
  if (perSecond >= 1e3) return `${(perSecond / 1e3).toFixed(1)} k`;
  if (perSecond === 0 || perSecond >= 10) return perSecond.toFixed(0);
  return perSecond.toFixed(1);
}

/** Nanoseconds in µs, for columns whose head says µs: `2.6`, `1,204`. */
export function formatMicros(ns: number | undefined): string {
  if (ns === undefined || Number.isNaN(ns)) return 'no data';
  const micros = ns / 1000;
  if (micros >= 1000) return grouped.format(micros);
  return micros >= 100 ? micros.toFixed(0) : micros.toFixed(1);
}

/** `16 B`, `1,040 B`, `2.4 MiB` */
export function formatBytes(bytes: number): string {
  if (bytes < 10_000) return `${grouped.format(bytes)} B`;
  if (bytes < 1_048_576) return `${(bytes / 1024).toFixed(1)} KiB`;
  if (bytes < 1_073_741_824) return `${(bytes / 1_048_576).toFixed(1)} MiB`;
  return `${(bytes / 1_073_741_824).toFixed(1)} GiB`;
}

/** `14:32:06` */
export function formatClock(unixMs: number): string {
  return new Date(unixMs).toLocaleTimeString('en-GB', { hour12: false });
}

/** `00:01:40` */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** `app::Reading` → `Reading` */
export function shortTypeName(name: string): string {
  return name.slice(name.includes('::') ? name.lastIndexOf('::') + 2 : 0);
}
