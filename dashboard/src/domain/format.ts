// Turns numbers, durations and times into the text that the page shows. No other file formats them.
import { lookup } from "./lookup";

export const kMinute = 60;
export const kHour = 3600;
export const kDay = 86400;

const kNothing = "–";
const kLongAgo = 30 * kDay;  // from here on a date says more than a duration

// Seconds since 1970 of an ISO 8601 text; null if there is none or it is not a valid time.
export function parse_time(text: string | null | undefined): number | null {
  if (!text) return null;
  const millis = Date.parse(text);
  return Number.isNaN(millis) ? null : millis / 1000;
}

// `42 s`, `31 min`, `1 h 21 min`, `3 d 4 h`, `45 d`: rounded to a second; what is smaller than the last unit is cut off.
export function format_duration(seconds: number | null | undefined): string {
  if (seconds == null || !Number.isFinite(seconds)) return kNothing;
  if (seconds > 0 && seconds < 1) return "< 1 s";
  const whole = Math.round(seconds);
  if (whole < kMinute) return `${whole} s`;
  if (whole < kHour) return `${Math.floor(whole / kMinute)} min`;
  if (whole < kDay) return two_units(whole, { size: kHour, name: "h" }, { size: kMinute, name: "min" });
  if (whole < kLongAgo) return two_units(whole, { size: kDay, name: "d" }, { size: kHour, name: "h" });
  return `${format_count(Math.floor(whole / kDay))} d`;
}

interface Unit {
  size: number;  // seconds
  name: string;
}

function two_units(seconds: number, large: Unit, small: Unit): string {
  const rest = Math.floor((seconds % large.size) / small.size);
  return `${Math.floor(seconds / large.size)} ${large.name}${rest > 0 ? ` ${rest} ${small.name}` : ""}`;
}

// The same duration for a screen reader: `1 hour 21 minutes`.
export function spell_duration(seconds: number): string {
  const words: Record<string, string> = { s: "second", min: "minute", h: "hour", d: "day" };
  return format_duration(seconds)
    .replace("< ", "less than ")
    .replace(/([\d,]+) (s|min|h|d)\b/g, (_, count: string, unit: string) => `${count} ${words[unit]}${count === "1" ? "" : "s"}`);
}

// `7.03`, `70.3`, `703`, `7,031`
export function format_rate(value: number | null | undefined): string {
  if (value == null || !Number.isFinite(value)) return kNothing;
  if (value === 0) return "0";
  if (value < 0.01) return "< 0.01";
  if (value < 10) return value.toFixed(2);
  return value < 100 ? value.toFixed(1) : format_count(Math.round(value));
}

// `7,702`
export function format_count(value: number | null | undefined): string {
  return value == null || !Number.isFinite(value) ? kNothing : value.toLocaleString("en-US");
}

// `3.4 %`, `87 %`
export function format_percent(share: number | null | undefined): string {
  if (share == null || !Number.isFinite(share)) return kNothing;
  const percent = share * 100;
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${format_count(count)} ${count === 1 ? one : many}`;
}

// A message of the server, with a capital letter and a full stop, so that it can stand between other sentences.
export function as_sentence(message: string): string {
  const text = message.trim();
  return text === "" ? "" : `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? "" : "."}`;
}

// True if a time that is this many seconds from now is shown as a date.
export function is_far(seconds: number): boolean {
  return Math.abs(seconds) >= kLongAgo;
}

// `31 min ago`, `in 42 s`; the date if that is 30 days or more from `now`.
export function format_relative(at: number | null | undefined, now: number): string {
  if (at == null) return kNothing;
  const distance = at - now;
  if (is_far(distance)) return format_date(at);
  if (Math.abs(distance) < 1) return "now";
  return distance < 0 ? `${format_duration(-distance)} ago` : `in ${format_duration(distance)}`;
}

// `overdue by 15 min` for a time before `now`; `overdue since` its date if that is 30 days or more ago.
export function format_overdue(at: number, now: number): string {
  return is_far(at - now) ? `overdue since ${format_date(at)}` : `overdue by ${format_duration(now - at)}`;
}

// What a person is told who has GitHub asked for a repository. `next`: when the server will ask; its clock may differ a little.
export function asked_text(full_name: string, next: number | null, now: number): string {
  const when = next === null || next - now < 2 ? "now" : format_relative(next, now);
  return when === "now" ? `GitHub is asked for ${full_name} now.` : `GitHub will be asked for ${full_name} ${when}.`;
}

// British English with a 24-hour clock, in the reader's time zone.
function date_format(options: Intl.DateTimeFormatOptions): (at: number) => string {
  const format = new Intl.DateTimeFormat("en-GB", options);
  return (at) => format.format(at * 1000);
}

const kDate = { day: "numeric", month: "short" } as const;
const kToMinute = { hour: "2-digit", minute: "2-digit" } as const;
const kToSecond = { ...kToMinute, second: "2-digit" } as const;

export const format_date = date_format({ ...kDate, year: "numeric" });  // `24 Nov 2024`
export const format_year = date_format({ year: "numeric" });  // `2024`
export const format_day = date_format(kDate);  // `24 Nov`
export const format_day_and_time = date_format({ ...kDate, ...kToMinute });  // `24 Nov, 10:44`
export const format_full_time = date_format({ ...kDate, year: "numeric", ...kToSecond });  // `24 Nov 2024, 10:44:57`
export const format_time = date_format(kToMinute);  // `10:44`
export const format_time_with_seconds = date_format(kToSecond);  // `10:44:57`

export function time_zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

// Labels for the event types whose name at GitHub does not say what happened.
const kTypeLabels: Record<string, string> = {
  CreateEvent: "New branch or tag",
  DeleteEvent: "Deleted branch or tag",
  GollumEvent: "Wiki edit",
  IssuesEvent: "Issue",
  MemberEvent: "Collaborator",
  PublicEvent: "Made public",
  WatchEvent: "Star",
};

// `Star` for `WatchEvent`; else GitHub's name: `Pull request review comment` for `PullRequestReviewCommentEvent`.
export function type_label(type: string): string {
  const known = lookup(kTypeLabels, type);
  if (known) return known;
  const words = type.replace(/Event$/, "").replace(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1) || type;
}
