// Dates, sizes and names in words. The demo lives in WIB, whatever zone the visitor's machine is in.

const ZONE = { timeZone: "Asia/Jakarta" };
const DAY = new Intl.DateTimeFormat("id-ID", {
  ...ZONE, weekday: "long", day: "numeric", month: "long", year: "numeric",
});
const SHORT_DAY = new Intl.DateTimeFormat("id-ID", { ...ZONE, day: "numeric", month: "short" });
const TIME = new Intl.DateTimeFormat("id-ID", { ...ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const NUMBER = new Intl.NumberFormat("id-ID", { maximumFractionDigits: 1 });

export const day = (date) => DAY.format(date);
export const time = (date) => TIME.format(date);
export const moment = (date) => `${day(date)} · ${time(date)} WIB`;

/** The time for a message of today, the date for an older one. */
export function timeOrDay(date, now) {
  return day(date) === day(now) ? time(date) : SHORT_DAY.format(date);
}

/** When 07.00 WIB (00.00 UTC; Jakarta has no summer time) comes next, strictly after `now`. */
export function nextSeven(now) {
  const next = new Date(now);
  next.setUTCHours(24, 0, 0, 0);
  return next;
}

/** A file's size in bytes as a reader would say it: "12,4 KB". */
export function fileSize(bytes) {
  if (bytes < 1000) return `${NUMBER.format(bytes)} B`;
  if (bytes < 1_000_000) return `${NUMBER.format(bytes / 1000)} KB`;
  return `${NUMBER.format(bytes / 1_000_000)} MB`;
}

/** First and last name of a Bot API user. */
export function fullName(user) {
  return [user.first_name, user.last_name].filter(Boolean).join(" ");
}

export const sentAt = (message) => new Date(message.date * 1000);

/** One line that stands for a message in a list, a quote or a reply. */
export function snippet(message) {
  const words = (message.text ?? message.caption ?? "").slice(0, 300).replace(/\s+/g, " ").trim();
  if (words) return words;
  if (message.photo) return "Foto";
  return message.document?.file_name ?? "Pesan";
}
