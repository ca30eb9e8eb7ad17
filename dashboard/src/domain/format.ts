// Numbers, durations and times as people read them.

export const kMinute = 60;
export const kHour = 3600;
export const kDay = 86400;

const kNothing = "–";

// Seconds since 1970 of an ISO 8601 text; null where there is none or it cannot be read.
export function parse_time(text: string | null | undefined): number | null {
  if (!text) return null;
  const millis = Date.parse(text);
  return Number.isNaN(millis) ? null : millis / 1000;
}

// `42 s`, `3.5 min`, `12 min`, `2.3 h`, `4.1 d`: two figures that matter, one unit.
export function format_duration(seconds: number | null | undefined): string {
  if (seconds == null || !Number.isFinite(seconds)) return kNothing;
  const size = Math.abs(seconds);
  if (size > 0 && size < 1) return "< 1 s";
  if (size < 99.5) return `${Math.round(seconds)} s`;
  if (size < 99.5 * kMinute) return `${short_number(seconds / kMinute)} min`;
  if (size < 48 * kHour) return `${short_number(seconds / kHour)} h`;
  return `${short_number(seconds / kDay)} d`;
}

// The same span for a screen reader or a sentence: `12 minutes`.
export function spell_duration(seconds: number): string {
  const [count, unit] = format_duration(seconds).replace("< ", "").split(" ");
  const word = { s: "second", min: "minute", h: "hour", d: "day" }[unit ?? ""] ?? "";
  return `${count} ${word}${count === "1" ? "" : "s"}`;
}

function short_number(value: number): string {
  return Math.abs(value) < 9.95 ? value.toFixed(1).replace(/\.0$/, "") : String(Math.round(value));
}

// `7.03`, `70.3`, `703`, `7,031`
export function format_rate(value: number | null | undefined): string {
  if (value == null || !Number.isFinite(value)) return kNothing;
  if (value === 0) return "0";
  if (value < 0.01) return "< 0.01";
  if (value < 10) return value.toFixed(2);
  return value < 100 ? value.toFixed(1) : format_count(Math.round(value));
}

export function format_count(value: number | null | undefined): string {
  return value == null || !Number.isFinite(value) ? kNothing : value.toLocaleString("en-US");
}

export function format_percent(share: number | null | undefined): string {
  if (share == null || !Number.isFinite(share)) return kNothing;
  const percent = share * 100;
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${format_count(count)} ${count === 1 ? one : many}`;
}

// The server's words of what is wrong, as they stand among other sentences.
export function as_sentence(words: string): string {
  const text = words.trim();
  return text === "" ? "" : `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? "" : "."}`;
}

// How long ago, or how soon, seen from `now`.
export function format_relative(at: number | null | undefined, now: number): string {
  if (at == null) return kNothing;
  const distance = at - now;
  if (Math.abs(distance) < 1) return "now";
  return distance < 0 ? `${format_duration(-distance)} ago` : `in ${format_duration(distance)}`;
}

const kDateTime = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const kDateTimeShort = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const kClock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

// In the reader's time zone.
export function format_instant(at: number | null | undefined): string {
  return at == null ? kNothing : kDateTime.format(at * 1000);
}
export function format_instant_short(at: number): string {
  return kDateTimeShort.format(at * 1000);
}
export function format_clock(at: number | null | undefined): string {
  return at == null ? kNothing : kClock.format(at * 1000);
}
export function time_zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

// `PullRequestReviewComment` for `PullRequestReviewCommentEvent`, in words: `Pull request review comment`.
export function type_words(type: string): string {
  const words = type.replace(/Event$/, "").replace(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1) || type;
}
