// What is known beside the messages: the handoff packet and the customer. Beside the thread where there is room, else folded above it.

import { el, foreign, glyph, plain } from "./dom.js";
import { instant, languageName, moment, now, percent, wholeSpan } from "./format.js";
import { summaryOf } from "./lessons.js";
import { find, t } from "./strings.js";

const roomy = matchMedia("(min-width: 1100px)");

export class Packet {
    #drawn = "";
    #follow = () => { this.node.open = roomy.matches; };

    /** `summarise` asks for a summary; null where nothing makes one. */
    constructor(summarise = null) {
        this.advice = summarise && summaryOf(summarise);
        this.summary = el("summary", {}, el("span", { class: "summary-title", text: t("details") }), " ", this.gist = el("span", { class: "gist" }));
        this.content = el("div", { class: "packet-content" });
        this.node = el("details", { class: "packet", test: "details", open: roomy.matches, hidden: true }, this.summary, this.content);
        roomy.addEventListener("change", this.#follow);
    }

    end() {
        roomy.removeEventListener("change", this.#follow);
    }

    update(detail) {
        const { handoff, customer, conversation } = detail;
        this.node.hidden = false;
        const open = conversation.status === "closed" ? null : instant(conversation.promised_at);
        this.gist.replaceChildren(...handoff ? [foreign(reasonOf(handoff.reason))] : []);
        // The minutes of a promise move on by themselves; the rest is drawn only when it changed.
        const drawn = JSON.stringify([handoff, customer, open === null ? null : Math.floor((open - now()) / 60_000)]);
        if (drawn === this.#drawn) return;
        this.#drawn = drawn;
        this.content.replaceChildren(...[handoff && handoffOf(handoff, open), this.advice, customerOf(customer)].filter(Boolean));
    }
}

/** A reason in words: ours for those we know, else its name made readable. */
function reasonOf(reason) {
    const words = find(`reasons.${reason}`);
    if (words) return words;
    const text = plain(reason).replaceAll("_", " ");
    return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** The goal is the customer's own message, which stands whole among the messages: here its beginning is enough. */
const goalLength = 300;
function cut(text) {
    const characters = [...String(text).slice(0, goalLength * 2)];
    return characters.length > goalLength ? `${characters.slice(0, goalLength).join("")}…` : characters.join("");
}

const entry = (term, ...content) => el("div", {}, el("dt", { text: term }), el("dd", {}, content));

/** `open` is the promised time as long as the promise waits to be kept, else null. */
function handoffOf(handoff, open) {
    const promised = instant(handoff.promised_at) ?? open;
    const late = open !== null && open < now();
    const handed = instant(handoff.created_at);
    return el("section", { class: "handoff", test: "handoff", "aria-labelledby": "handoff-title" },
        el("h3", { id: "handoff-title", text: t("packet") }),
        el("dl", {},
            entry(t("reason"), foreign(reasonOf(handoff.reason))),
            handoff.goal && entry(t("goal"), el("span", { class: "words", dir: "auto", text: cut(handoff.goal) })),
            handoff.language && entry(t("language"), languageName(handoff.language)),
            promised !== null && entry(t("promisedAt"), el("time", { datetime: new Date(promised).toISOString(), text: moment(promised) }), " ",
                open !== null && el("span", { class: late ? "chip promise late" : "chip promise" }, late && glyph("!"),
                    late ? t("overdue", { age: wholeSpan(now() - open) }) : t("promised", { age: wholeSpan(open - now()) }))),
            handed !== null && entry(t("handedAt"), el("time", { datetime: new Date(handed).toISOString(), text: moment(handed) }))),
        handoff.facts?.length > 0 && [el("h4", { text: t("facts") }),
            el("dl", {}, handoff.facts.map(fact => el("div", {}, el("dt", {}, foreign(fact.name)), el("dd", {}, foreign(fact.value)))))],
        el("h4", { text: t("tried") }),
        handoff.tried?.length > 0
            ? el("ul", { class: "tried" }, handoff.tried.map(each => el("li", {}, foreign(each.title || each.article), " ",
                Number.isFinite(each.confidence) && el("span", { class: "role", text: `(${t("confidence", { percent: percent(each.confidence) })})` }))))
            : el("p", { class: "role", text: t("triedNothing") }));
}

function customerOf(customer) {
    if (!customer) return null;
    return el("section", { class: "customer-card", "aria-labelledby": "customer-title" },
        el("h3", { id: "customer-title", text: t("customerTitle") }),
        el("p", { class: "customer-name" }, foreign(customer.name || t("unnamed"))),
        customer.identities?.length > 0 && el("ul", { class: "identities", role: "list" }, customer.identities.map(each => el("li", {},
            foreign(each.address, { class: "address" }), " ",
            el("span", { class: "role", title: plain(each.evidence) }, foreign(each.channel), ", ", foreign(find(`strength.${each.strength}`) ?? each.strength))))));
}
