// One message of a conversation. Who speaks is told by a word and a place as well as by a colour.

import { acceptWriter } from "./api.js";
import { announce, clearError, el, foreign, glyph, plain, showError, unseen } from "./dom.js";
import { clock, instant, moment, percent, size } from "./format.js";
import { lessonsOf } from "./lessons.js";
import { t } from "./strings.js";

/** Longer texts show this many characters until the whole is asked for; a mail of a megabyte would stop the page. */
const shownLength = 4_000;

const signs = { pending: "…", sending: "…", delivered: "✓", refused: "✕", unknown: "?" };
const stateTexts = { pending: "statePending", sending: "stateSending", delivered: "stateDelivered", refused: "stateRefused", unknown: "stateUnknown" };

export function messageItem(message, { agent, customer, conversation, whole, expand, changed }) {
    const note = message.direction === "note";
    const kind = note ? "note" : message.author?.kind ?? (message.direction === "in" ? "customer" : "bot");
    const time = instant(message.created_at);
    return el("li", { class: `message ${kind}`, test: "message", "data-id": message.id, "data-direction": message.direction, "data-author": message.author?.kind },
        el("div", { class: "bubble" },
            el("p", { class: "message-head" },
                el("span", { class: "author" }, foreign(authorOf(message, agent, customer))), " ",
                el("span", { class: "role", text: note ? `${t("internalNote")}, ${t("onlyColleagues")}` : kind === "bot" && !message.author?.name ? "" : roleOf(kind) }), " ",
                time !== null && el("time", { datetime: new Date(time).toISOString(), title: moment(time), text: clock(time) }),
                message.edited && el("span", { class: "role", text: ` · ${t("edited")}` })),
            message.deleted ? el("p", { class: "text gone", text: t("deleted") }) : textOf(message, whole, expand),
            wholeOf(message),
            formattedOf(message, conversation),
            originalOf(message, conversation),
            attachmentsOf(message, conversation),
            message.copied?.length > 0 && el("p", { class: "role" }, `${t("copied")} `, foreign(message.copied.join(", "))),
            outsiderOf(message, conversation),
            message.participant && el("p", { class: "role", test: "participant" }, `${t("participant")} `, foreign(message.participant)),
            verificationOf(message),
            unreadableOf(message),
            articleOf(message),
            deliveryOf(message),
            lessonsOf(message, { agent, conversation, changed })));
}

function authorOf(message, agent, customer) {
    const author = message.author;
    if (author?.kind === "bot") return author.name || t("botName");
    if (author?.kind === "agent") return author.id === agent.id || (author.id === undefined && author.name === agent.name) ? t("you") : author.name || t("ownerSomeone");
    return author?.name || customer;
}

const roleOf = kind => ({ customer: t("customer"), bot: t("bot"), agent: t("agent") })[kind] ?? "";

function textOf(message, whole, expand) {
    const text = String(message.text ?? "");
    if (text.trim() === "") return el("p", { class: "text gone", text: t("noText") });
    if (whole || text.length <= shownLength) return el("p", { class: "text", dir: "auto", test: "message-text", text });
    // Never half of a surrogate pair.
    const end = /[\ud800-\udbff]/.test(text[shownLength - 1]) ? shownLength - 1 : shownLength;
    return [
        el("p", { class: "text", dir: "auto", test: "message-text", text: `${text.slice(0, end)}…` }),
        el("button", { type: "button", class: "small", text: t("showWhole"), on: { click: expand } }),
    ];
}

/** The mail as it came, with the history and the signature that were told from what was written now. */
function wholeOf(message) {
    if (!message.full_text || message.deleted) return null;
    return el("details", { class: "whole", test: "whole" }, el("summary", { text: t("wholeMail") }), el("p", { class: "text", dir: "auto", text: String(message.full_text) }));
}

/** The mail to save, octet for octet: for what neither text nor page shows. */
function originalOf(message, conversation) {
    if (!message.has_original || message.deleted || !conversation) return null;
    return el("p", { class: "role" }, el("a", { href: `${placeOf(message, conversation)}/original`, download: "", test: "original", text: t("original") }));
}

/** The mail as its writer formatted it: a page in a frame that may run nothing, made when it is asked for. */
function formattedOf(message, conversation) {
    if (!message.has_html || message.deleted || !conversation) return null;
    const address = `${placeOf(message, conversation)}/html`;
    const frame = el("iframe", { class: "mail-page", title: t("formatted"), sandbox: "allow-popups allow-popups-to-escape-sandbox", referrerpolicy: "no-referrer", test: "mail-page" });
    const images = el("button", { type: "button", class: "small", text: t("showImages"), test: "show-images", on: { click: () => { frame.src = `${address}?images=remote`; images.remove(); } } });
    const box = el("details", { class: "formatted", test: "formatted" }, el("summary", { text: t("formatted") }), images, frame);
    box.addEventListener("toggle", () => { if (box.open && !frame.hasAttribute("src")) frame.src = address; });
    return box;
}

const placeOf = (message, conversation) => `/api/v1/conversations/${encodeURIComponent(conversation.id)}/messages/${encodeURIComponent(message.id)}`;

function attachmentsOf(message, conversation) {
    if (!message.attachments?.length || message.deleted) return null;
    return el("ul", { class: "attachments", role: "list", "aria-label": t("attachments") }, message.attachments.map(file => el("li", {},
        glyph("▤"), nameOf(file, message, conversation), " ",
        el("span", { class: "role", text: [plain(file.mime), size(file.size)].filter(Boolean).join(", ") }))));
}

/** Somebody who is not part of the conversation wrote this: whoever has a mail of ours in hand can. */
function outsiderOf(message, conversation) {
    if (!message.outsider) return null;
    return el("div", { class: "unreadable", test: "outsider" }, glyph("!"), t("outsider", { address: plain(message.outsider) }),
        conversation && el("p", {}, el("button", { type: "button", class: "small", test: "accept-writer", text: t("acceptWriter"), on: { click: () => accept(message, conversation) } })));
}

/** The page shows what became of it when the live stream says that the conversation changed. */
async function accept(message, conversation) {
    clearError();
    try {
        await acceptWriter(conversation.id, message.id);
        announce(t("writerAccepted"));
    } catch (failure) {
        if (failure.status !== 401) showError(failure.words ?? String(failure), t("dismiss"));
    }
}

const verdicts = { verified: ["✓", "senderVerified"], unverified: ["?", "senderUnverified"], failed: ["!", "senderFailed"] };

/** Who wrote it, as far as the mail server could tell: a word, and what it rests on. */
function verificationOf(message) {
    const found = message.verification;
    if (!found || !Object.hasOwn(verdicts, found.verdict)) return null;
    const [sign, word] = verdicts[found.verdict];
    return el("p", { class: `sender-check ${found.verdict}`, test: "verification" }, glyph(sign), t(word), ": ", foreign(found.explanation));
}

function nameOf(file, message, conversation) {
    // A name, never a path: it is how the file is called, not where it goes.
    const name = foreign(plain(file.name).split(/[\\/]/).at(-1) || t("unnamedFile"), { class: "file" });
    if (!/^[0-9a-f]{64}$/.test(file.sha256 ?? "") || !conversation) return name;
    return el("a", { href: `${placeOf(message, conversation)}/files/${file.sha256}`, download: "", test: "download" }, name);
}

function unreadableOf(message) {
    if (!message.notes?.length) return null;
    return el("div", { class: "unreadable" }, glyph("!"), t("unreadable"), el("ul", {}, message.notes.map(text => el("li", {}, foreign(text)))));
}

function articleOf(message) {
    const article = message.article;
    if (!article) return null;
    const facts = [article.version !== null && article.version !== undefined && t("version", { version: plain(article.version).slice(0, 12) }),
        Number.isFinite(article.confidence) && t("confidence", { percent: percent(article.confidence) })].filter(Boolean).join(", ");
    return el("p", { class: "article", test: "article", title: plain(article.id) }, `${t("fromArticle")} `, foreign(article.title || article.id, { class: "article-title" }), facts && ` (${facts})`);
}

function deliveryOf(message) {
    const delivery = message.delivery;
    if (!delivery || !Object.hasOwn(stateTexts, delivery.state)) return null;
    const tried = delivery.attempts > 1 ? `, ${t("attempts", { count: delivery.attempts })}` : "";
    return el("p", { class: `delivery ${delivery.state}`, test: "delivery", "data-state": delivery.state },
        glyph(signs[delivery.state]), t(stateTexts[delivery.state]) + tried,
        delivery.explanation && [unseen(": "), el("span", { class: "explanation" }, foreign(delivery.explanation))]);
}
