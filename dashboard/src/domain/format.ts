// Turns numbers, durations and times into the text that the page shows. No other file formats them.
import { lookup } from "./lookup";

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86400;

const NOTHING = "–";
const LONG_AGO = 30 * DAY; // from here on a date says more than a duration

// Seconds since 1970 of an ISO 8601 text; null if there is none or it is not a valid time.
export function parseTime(text: string | null | undefined): number | null {
  if (!text) return null;
  const millis = Date.parse(text);
  return Number.isNaN(millis) ? null : millis / 1000;
}

// The same time as the server reads it in a query, to the second: `2024-11-12T20:13:10Z`.
export function queryTime(at: number): string {
  return new Date(Math.floor(at) * 1000).toISOString().replace(".000Z", "Z");
}

// `42 s`, `31 min`, `1 h 21 min`, `3 d 4 h`, `45 d`: rounded to a second; what is smaller than the last unit is cut off.
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds == null || !Number.isFinite(seconds)) return NOTHING;
  if (seconds > 0 && seconds < 1) return "< 1 s";
  const whole = Math.round(seconds);
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`;
  if (whole < DAY) return twoUnits(whole, { size: HOUR, name: "h" }, { size: MINUTE, name: "min" });
  if (whole < LONG_AGO) return twoUnits(whole, { size: DAY, name: "d" }, { size: HOUR, name: "h" });
  return `${formatCount(Math.floor(whole / DAY))} d`;
}

interface Unit {
  size: number; // seconds
  name: string;
}

function twoUnits(seconds: number, large: Unit, small: Unit): string {
  const rest = Math.floor((seconds % large.size) / small.size);
  return `${Math.floor(seconds / large.size)} ${large.name}${rest > 0 ? ` ${rest} ${small.name}` : ""}`;
}

// The same duration for a screen reader: `1 hour 21 minutes`.
export function spellDuration(seconds: number): string {
  const words: Record<string, string> = { s: "second", min: "minute", h: "hour", d: "day" };
  return formatDuration(seconds)
    .replace("< ", "less than ")
    .replace(
      /([\d,]+) (s|min|h|d)\b/g,
      (_, count: string, unit: string) => `${count} ${words[unit]}${count === "1" ? "" : "s"}`,
    );
}

// `7.03`, `70.3`, `703`, `7,031`
export function formatRate(value: number | null | undefined): string {
  if (value == null || !Number.isFinite(value)) return NOTHING;
  if (value === 0) return "0";
  if (value < 0.01) return "< 0.01";
  if (value < 10) return value.toFixed(2);
  return value < 100 ? value.toFixed(1) : formatCount(Math.round(value));
}

const countFormat = new Intl.NumberFormat("en-US"); // toLocaleString() would make one for each number

// `7,702`
export function formatCount(value: number | null | undefined): string {
  return value == null || !Number.isFinite(value) ? NOTHING : countFormat.format(value);
}

// `3.4 %`, `87 %`
export function formatPercent(share: number | null | undefined): string {
  if (share == null || !Number.isFinite(share)) return NOTHING;
  const percent = share * 100;
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

// A message of the server, with a capital letter and a full stop, so that it can stand between other sentences.
export function asSentence(message: string): string {
  const text = message.trim();
  return text === "" ? "" : `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? "" : "."}`;
}

// True if a time that is this many seconds from now is shown as a date.
export function isFar(seconds: number): boolean {
  return Math.abs(seconds) >= LONG_AGO;
}

// `31 min ago`, `in 42 s`; the date if that is 30 days or more from `now`.
export function formatRelative(at: number | null | undefined, now: number): string {
  if (at == null) return NOTHING;
  const distance = at - now;
  if (isFar(distance)) return formatDate(at);
  if (Math.abs(distance) < 1) return "now";
  return distance < 0 ? `${formatDuration(-distance)} ago` : `in ${formatDuration(distance)}`;
}

// `overdue by 15 min` for a time before `now`; `overdue since` its date if that is 30 days or more ago.
export function formatOverdue(at: number, now: number): string {
  return isFar(at - now) ? `overdue since ${formatDate(at)}` : `overdue by ${formatDuration(now - at)}`;
}

// What a person is told who has GitHub asked for a repository. `next`: when the server will ask; its clock may differ a little.
export function askedText(fullName: string, next: number | null, now: number): string {
  const when = next === null || next - now < 2 ? "now" : formatRelative(next, now);
  return when === "now" ? `GitHub is asked for ${fullName} now.` : `GitHub will be asked for ${fullName} ${when}.`;
}

// British English with a 24-hour clock, in the reader's time zone.
function dateFormat(options: Intl.DateTimeFormatOptions): (at: number) => string {
  const format = new Intl.DateTimeFormat("en-GB", options);
  return (at) => format.format(at * 1000);
}

const DATE = { day: "numeric", month: "short" } as const;
const TO_MINUTE = { hour: "2-digit", minute: "2-digit" } as const;
const TO_SECOND = { ...TO_MINUTE, second: "2-digit" } as const;

export const formatDate = dateFormat({ ...DATE, year: "numeric" }); // `24 Nov 2024`
export const formatYear = dateFormat({ year: "numeric" }); // `2024`
export const formatDay = dateFormat(DATE); // `24 Nov`
export const formatDayAndTime = dateFormat({ ...DATE, ...TO_MINUTE }); // `24 Nov, 10:44`
export const formatFullTime = dateFormat({ ...DATE, year: "numeric", ...TO_SECOND }); // `24 Nov 2024, 10:44:57`
export const formatTime = dateFormat(TO_MINUTE); // `10:44`
export const formatTimeWithSeconds = dateFormat(TO_SECOND); // `10:44:57`

export function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

// Labels for the event types whose name at GitHub does not say what happened.
const TYPE_LABELS: Record<string, string> = {
  CreateEvent: "New branch or tag",
  DeleteEvent: "Deleted branch or tag",
  GollumEvent: "Wiki edit",
  IssuesEvent: "Issue",
  MemberEvent: "Collaborator",
  PublicEvent: "Made public",
  WatchEvent: "Star",
};

// `Star` for `WatchEvent`; else GitHub's name: `Pull request review comment` for `PullRequestReviewCommentEvent`.
export function typeLabel(type: string): string {
  const known = lookup(TYPE_LABELS, type);
  if (known) return known;
  const words = type
    .replace(/Event$/, "")
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1) || type;
}
