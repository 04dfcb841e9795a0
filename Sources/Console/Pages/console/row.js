// One row of the list: who, what was said last, how long ago, whose it is, and whether a promise is broken.

import { el, foreign, glyph, plain, unseen } from "./dom.js";
import { instant, moment, now, span, wholeSpan } from "./format.js";
import { t } from "./strings.js";

/** As much of a text as a row can show; longer ones would only cost layout. */
const shownLength = 200;

export class ConversationRow {
    #agent;
    #drawn = "";

    constructor(agent) {
        this.#agent = agent;
        this.link = el("a", { class: "row", test: "conversation-row", tabindex: "-1" });
        this.node = el("li", {}, this.link);
    }

    update(conversation) {
        this.conversation = conversation;
        const drawn = JSON.stringify(conversation);
        if (drawn === this.#drawn) return this.age();
        this.#drawn = drawn;
        this.link.href = `#/conversations/${encodeURIComponent(conversation.id)}`;
        this.link.dataset.id = conversation.id;
        const owner = conversation.owner?.kind ?? "nobody";
        this.link.dataset.owner = owner;
        const last = conversation.last_message;
        const by = last?.direction === "out" ? t("lastFromUs") : last?.direction === "note" ? t("lastNote") : "";
        this.link.replaceChildren(
            el("span", { class: "row-top" },
                foreign(conversation.customer?.name || t("unnamed"), { class: "row-name" }), " ", this.time = el("time", { class: "row-age" })),
            conversation.subject ? el("span", { class: "row-subject" }, foreign(cut(conversation.subject))) : "",
            el("span", { class: "row-text" },
                by && el("span", { class: "row-by", text: `${by} ` }), foreign(last ? cut(last.text) || t("noText") : t("noMessage"))),
            el("span", { class: "row-foot" },
                el("span", { class: "chip" }, glyph("#"), foreign(channelOf(conversation))), " ",
                el("span", { class: `chip owner-${owner}` }, foreign(ownerOf(conversation, this.#agent))), " ",
                this.promise = el("span", { class: "chip promise", hidden: true })));
        this.age();
    }

    /** Draws the times again: they grow while nothing else changes. */
    age() {
        const conversation = this.conversation;
        const waiting = instant(conversation.waiting_since);
        const since = waiting ?? instant(conversation.last_message?.created_at) ?? instant(conversation.updated_at);
        if (since !== null) {
            this.time.dateTime = new Date(since).toISOString();
            this.time.title = moment(since);
            this.time.replaceChildren(span(now() - since), unseen(waiting === null ? "" : ` (${t("waitingFor", { age: span(now() - since) })})`));
        }
        const promised = conversation.status === "closed" ? null : instant(conversation.promised_at);
        const late = promised !== null && promised < now();
        this.promise.hidden = promised === null;
        this.promise.classList.toggle("late", late);
        this.link.toggleAttribute("data-overdue", late);
        if (promised !== null) this.promise.replaceChildren(...(late
            ? [glyph("!"), t("overdue", { age: wholeSpan(now() - promised) })]
            : [t("promised", { age: wholeSpan(promised - now()) })]));
    }

    mark(open) {
        if (open) this.link.setAttribute("aria-current", "true"); else this.link.removeAttribute("aria-current");
    }
}

const cut = text => [...plain(String(text ?? "").slice(0, shownLength * 4))].slice(0, shownLength).join("");

/** "support (email)", or one word where both are the same. */
export function channelOf(conversation) {
    const { channel, channel_kind: kind } = conversation;
    return !kind || kind === channel ? channel ?? "" : `${channel} (${kind})`;
}

/** Whose the conversation is, in a word. */
export function ownerOf(conversation, agent) {
    const owner = conversation.owner;
    switch (owner?.kind) {
        case "bot": return t("ownerBot");
        case "queue": return t("ownerQueue");
        case "agent": return owner.agent?.id === agent.id ? t("ownerMe") : owner.agent?.name || t("ownerSomeone");
        default: return t("ownerNobody");
    }
}
