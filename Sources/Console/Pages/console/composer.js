// Where an agent writes: a reply to the customer or a note for colleagues, one at a time, so that neither is taken for the other.

import { Attachments } from "./attachments.js";
import { Draft } from "./drafts.js";
import { announce, el, showError } from "./dom.js";
import { t } from "./strings.js";

/** The most that the server takes, in UTF-8 bytes. */
const longest = 65_536;

function wrongWith(text) {
    if (text.trim() === "") return t("errors.empty");
    if (new TextEncoder().encode(text).length > longest) return t("errors.too_long", { limit: longest });
    return null;
}

const kinds = {
    reply: { tab: "reply", button: "sendReply", busy: "sending", textTest: "reply-text", sendTest: "reply-send", openTest: "reply-open" },
    note: { tab: "note", button: "saveNote", busy: "saving", textTest: "note-text", sendTest: "note-send", openTest: "note-open" },
};

export class Composer {
    #send; #suggest; #mode = "none"; #shown = "reply";
    #parts = {};

    /** `send(kind, draft, files)` resolves to whether the server has the text; `suggest()` to a draft of a reply, or null. */
    constructor({ agent, id, send, suggest }) {
        this.#send = send;
        this.#suggest = suggest;
        for (const kind of Object.keys(kinds)) this.#parts[kind] = this.#part(kind, new Draft(agent.id, id, kind));
        this.tabs = el("div", { class: "composer-tabs", role: "tablist", on: { keydown: event => this.#tabKey(event) } }, Object.keys(kinds).map(kind => this.#parts[kind].tab));
        this.why = el("p", { class: "why", test: "composer-why" });
        this.node = el("div", { class: "composer", hidden: true }, this.tabs, this.why, Object.keys(kinds).map(kind => this.#parts[kind].panel));
    }

    /** `mode`: mine = may reply; others = only notes, `why` says so; none = nothing is known yet. */
    update({ mode, customer, why }) {
        this.#mode = mode;
        this.node.hidden = mode === "none";
        this.why.textContent = why ?? "";
        if (customer) this.#parts.reply.label.textContent = t("replyLabel", { name: customer });
        this.#arrange();
    }

    get hasReply() { return this.#parts.reply.draft.text.trim() !== ""; }

    discardReply() {
        const { draft, area } = this.#parts.reply;
        draft.clear();
        area.value = "";
    }

    /** Puts the cursor where `kind` is written, if it may be. */
    write(kind) {
        if (this.#mode === "none") return;
        this.#shown = kind;
        this.#arrange();
        if (kind === "reply" && this.#mode !== "mine") this.#parts.reply.tab.focus();
        else this.#parts[kind].area.focus();
    }

    #arrange() {
        this.why.hidden = this.#shown !== "reply" || this.#mode !== "others";
        this.node.dataset.kind = this.#shown;
        for (const [kind, part] of Object.entries(this.#parts)) {
            part.tab.setAttribute("aria-selected", String(kind === this.#shown));
            part.tab.tabIndex = kind === this.#shown ? 0 : -1;
            part.panel.hidden = kind !== this.#shown || (kind === "reply" && this.#mode !== "mine");
        }
    }

    #part(kind, draft) {
        const { tab, button, busy, textTest, sendTest, openTest } = kinds[kind];
        const area = el("textarea", {
            id: `${kind}-text`, name: `${kind}-text`, rows: "2", dir: "auto", test: textTest, "aria-describedby": `${kind}-hint`,
            on: {
                input: () => { draft.text = area.value; },
                keydown: event => {
                    // While an input method composes, Enter belongs to it.
                    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
                    event.preventDefault();
                    form.requestSubmit();
                },
            },
        });
        area.value = draft.text;
        const files = kind === "reply" ? new Attachments() : null;
        const go = el("button", { type: "submit", class: kind === "reply" ? "primary" : "", test: sendTest, text: t(button) });
        const label = el("label", { for: `${kind}-text`, class: kind === "reply" ? "unseen" : "", text: kind === "note" ? t("noteLabel") : t("reply") });
        let sending = false;
        const form = el("form", {
            class: kind,
            on: {
                submit: async event => {
                    event.preventDefault();
                    if (sending || files?.isBusy) return;
                    const wrong = wrongWith(area.value);
                    if (wrong) {
                        showError(wrong, t("dismiss"));
                        return area.focus();
                    }
                    sending = true;
                    draft.text = area.value;
                    go.textContent = t(busy);
                    go.setAttribute("aria-disabled", "true");
                    area.readOnly = true;
                    try {
                        if (await this.#send(kind, draft, files?.ids)) {
                            draft.clear();
                            files?.clear();
                            area.value = "";
                        }
                    } finally {
                        sending = false;
                        area.readOnly = false;
                        go.textContent = t(button);
                        go.removeAttribute("aria-disabled");
                        if (form.contains(document.activeElement)) area.focus();
                    }
                },
            },
        }, label, el("div", { class: "writing" }, area, el("div", { class: "send-side" }, go, kind === "reply" && this.#suggestButton(area, draft), files?.button, el("span", { class: "hint keys-only", id: `${kind}-hint`, text: t("sendHint") }))), files?.node);
        const panel = el("div", { id: `${kind}-panel`, role: "tabpanel", "aria-labelledby": `${kind}-tab`, hidden: true }, form);
        const open = el("button", {
            type: "button", role: "tab", id: `${kind}-tab`, "aria-controls": `${kind}-panel`, test: openTest, text: t(tab), on: { click: () => this.write(kind) },
        });
        return { draft, area, label, panel, tab: open };
    }

    /** Puts a draft where the reply is written, after what is there already. */
    #suggestButton(area, draft) {
        const button = el("button", {
            type: "button", class: "small", test: "suggest", text: t("knowledge.suggest"), on: {
                click: async () => {
                    if (button.getAttribute("aria-disabled")) return;
                    button.setAttribute("aria-disabled", "true");
                    const text = await this.#suggest();
                    button.removeAttribute("aria-disabled");
                    if (text === null) return;
                    area.value = area.value.trim() === "" ? text : `${area.value.trimEnd()}\n\n${text}`;
                    draft.text = area.value;
                    area.focus();
                    announce(t("knowledge.suggested"));
                },
            },
        });
        return button;
    }

    #tabKey(event) {
        if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
        event.preventDefault();
        this.#shown = this.#shown === "reply" ? "note" : "reply";
        this.#arrange();
        this.#parts[this.#shown].tab.focus();
    }
}
