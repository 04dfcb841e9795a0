// Times, amounts and names of languages as people of the chosen language write them.

import { language, t } from "./strings.js";

let ahead = 0;

/** Learns from a response's `Date` how far this device's clock is off; a promise must not look overdue because a phone is fast. */
export function learnClock(header) {
    const server = Date.parse(header ?? "");
    if (Number.isNaN(server)) return;
    const difference = server - Date.now();
    // The header has whole seconds and the answer took its way: below half a minute it says nothing.
    ahead = Math.abs(difference) > 30_000 ? difference : 0;
}

/** Milliseconds since 1970 by the server's clock. */
export const now = () => Date.now() + ahead;

/** Milliseconds of an RFC 3339 text, null when there is none or it is broken. */
export function instant(text) {
    const value = text ? Date.parse(text) : NaN;
    return Number.isNaN(value) ? null : value;
}

/** A span of time in its largest unit: "12 min", "3 h", "2 d"; "now" below a minute. */
export function span(milliseconds) {
    const minutes = Math.floor(Math.abs(milliseconds) / 60_000);
    if (minutes < 1) return t("now");
    const [count, unit] = minutes < 60 ? [minutes, "minute"] : minutes < 48 * 60 ? [Math.floor(minutes / 60), "hour"] : [Math.floor(minutes / 1440), "day"];
    return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: unit === "day" ? "long" : "short" }).format(count);
}

/** At least a minute, for texts like "overdue by …" in which "now" makes no sense. */
export const wholeSpan = milliseconds => span(Math.max(Math.abs(milliseconds), 60_000));

/** "14:05". */
export const clock = time => new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" }).format(time);

/** "Today", "Yesterday", "Monday 3 March", with the year when it is another. */
export function day(time) {
    const midnight = value => new Date(value).setHours(0, 0, 0, 0);
    const days = Math.round((midnight(time) - midnight(now())) / 86_400_000);
    if (days === 0 || days === -1) {
        const text = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day");
        return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
    }
    const year = new Date(time).getFullYear() === new Date(now()).getFullYear() ? undefined : "numeric";
    return new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", year }).format(time);
}

/** "3 Mar", where the year and the day of the week are plain. */
export const shortDay = time => new Intl.DateTimeFormat(language, { day: "numeric", month: "short" }).format(time);

/** Date and time in full, for titles and the packet. */
export const moment = time => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(time);

/** "92 %" of a number between 0 and 1. */
export const percent = value => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(Math.min(Math.max(Number(value) || 0, 0), 1));

/** A language by its BCP 47 tag, in words; the tag itself when it is no language. */
export function languageName(tag) {
    try {
        return new Intl.DisplayNames(language, { type: "language" }).of(tag) ?? tag;
    } catch { return tag; } // A tag that is not well formed came from a channel; show what it said.
}

/** A size in bytes: "12 kB". */
export function size(bytes) {
    if (!Number.isFinite(bytes)) return "";
    const [value, unit] = bytes < 1000 ? [bytes, "byte"] : bytes < 1e6 ? [bytes / 1000, "kilobyte"] : [bytes / 1e6, "megabyte"];
    return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: value < 10 && unit !== "byte" ? 1 : 0 }).format(value);
}
