// One conversation: its head with the actions, the messages, the details beside them, and the composer.

import { act, conversation as load } from "./api.js";
import { Composer } from "./composer.js";
import { confirmed } from "./dialogs.js";
import { announce, clearError, el, foreign, gather, place, plain, showError } from "./dom.js";
import { day, instant, languageName } from "./format.js";
import { nameOf } from "./list.js";
import { messageItem } from "./message.js";
import { Packet } from "./packet.js";
import { channelOf, ownerOf } from "./row.js";
import { t } from "./strings.js";

/** So near to the end, in pixels, that new messages keep it in view. */
const nearEnd = 80;

export class Thread {
    #agent; #renamed; #detail = null; #ended = false; #busy = false;
    /** Grows at the begin and the end of each change: what was asked for before is then old news. */
    #changes = 0;
    #messages = new Map();
    #expanded = new Set();
    #days = new Map();
    #atEnd = true;

    constructor({ agent, id, back, goBack, renamed }) {
        this.#agent = agent;
        this.#renamed = renamed;
        this.id = id;
        this.refresh = gather(() => this.#load(), 300);

        this.heading = el("h2", { id: "thread-title", tabindex: "-1", text: t("loading") });
        this.line = el("p", { class: "thread-line" });
        const button = (test, text, action, kind) =>
            el("button", { type: "button", test, class: kind, hidden: true, text, on: { click: action } });
        this.takeButton = button("take", t("take"), () => this.take(), "primary");
        this.returnButton = button("return", t("giveBack"), () => this.giveBack());
        this.closeButton = button("close", t("close"), () => this.close());
        const head = el("header", { class: "thread-head" },
            el("a", { class: "back", href: back, test: "back", "aria-label": t("back"), title: t("back"), on: { click: goBack } }, el("span", { "aria-hidden": "true", text: "←" })),
            el("div", { class: "thread-names" }, this.heading, this.line),
            el("div", { class: "actions", role: "group", "aria-label": t("actions") }, this.takeButton, this.returnButton, this.closeButton));

        this.packet = new Packet(agent.advice?.includes("summaries") ? () => act(this.id, "summary") : null);
        this.items = el("ol", { class: "messages", role: "list" });
        this.remark = el("p", { class: "remark", text: t("loading") });
        this.scroller = el("div", { class: "scroller", role: "region", tabindex: "0", "aria-label": t("messages"), on: { scroll: () => this.#scrolled() } }, this.items, this.remark);
        this.below = el("button", { type: "button", class: "below", hidden: true, text: `↓ ${t("newBelow")}`, on: { click: () => { this.#toEnd(); this.scroller.focus(); } } });
        this.composer = new Composer({ agent, id, send: (kind, draft, files) => this.#send(kind, draft, files), suggest: () => this.#suggest() });
        this.node = el("section", { class: "thread", "aria-labelledby": "thread-title", test: "thread" },
            head, this.packet.node, el("div", { class: "talk" }, this.scroller, this.below, this.composer.node));

        this.#observer = new ResizeObserver(() => { if (this.#atEnd) this.#toEnd(); });
        this.#observer.observe(this.scroller);
        this.#load();
    }

    #observer;

    end() {
        this.#ended = true;
        this.refresh.stop();
        this.#observer.disconnect();
        this.packet.end();
    }

    /** For the title of the page; null until it is known. */
    get name() { return this.#detail && nameOf(this.#detail.conversation); }

    focus() { this.heading.focus(); }

    write(kind) { this.composer.write(kind); }

    get #owner() { return this.#detail?.conversation.owner ?? { kind: "nobody" }; }
    get #closed() { return this.#owner.kind === "nobody"; }
    get #mine() { return this.#owner.kind === "agent" && this.#owner.agent?.id === this.#agent.id; }

    /** The colleague who has it. */
    get #holder() { return this.#owner.kind === "agent" && !this.#mine ? this.#owner.agent : null; }

    /** What the server's rules allow now; it decides, this only hides what it would refuse. */
    get #may() {
        const owner = this.#detail ? this.#owner.kind : "nobody";
        return {
            take: this.#detail !== null && !this.#mine,
            giveBack: owner === "queue" || this.#mine,
            close: owner === "queue" || owner === "bot" || this.#mine,
        };
    }

    async take() {
        if (!this.#may.take) return;
        const holder = this.#holder;
        if (holder) {
            const name = plain(holder.name) || t("ownerSomeone");
            if (!await confirmed({ title: t("takeOverTitle", { name }), texts: [t("takeOverText", { name })], yes: t("takeOver") })) return;
        }
        // Named, so that whoever took it meanwhile keeps it.
        if (await this.#change("take", t("taken"), this.takeButton, holder ? { from: holder.id } : {})) this.composer.write("reply");
    }

    async giveBack() {
        if (!this.#may.giveBack) return;
        if (await this.#change("return", t("givenBack"), this.returnButton)) this.focus();
    }

    async close() {
        if (!this.#may.close) return;
        const sure = await confirmed({
            title: t("closeTitle"), texts: [t("closeText"), this.composer.hasReply && t("closeDraft")], yes: t("closeConfirm"), danger: true,
        });
        if (!sure) return;
        if (await this.#change("close", t("closed"), this.closeButton)) {
            this.composer.discardReply();
            this.focus();
        }
    }

    /** Sends a reply or a note; true when the server has it. */
    async #send(kind, draft, files = []) {
        const reply = kind === "reply";
        const answer = await this.#ask(kind, { text: draft.text, ...(files.length ? { files } : {}) }, draft.keyForSending(files), reply ? t("sendReply") : null);
        if (!answer) return false;
        this.#atEnd = true;
        announce(t(reply ? "replyAccepted" : "noteSaved"));
        return true;
    }

    /** A draft of a reply; null when there is none. */
    async #suggest() {
        clearError();
        try {
            return (await act(this.id, "draft")).text;
        } catch (failure) {
            if (failure.status !== 401) showError(failure.words ?? String(failure), t("dismiss"));
            return null;
        }
    }

    async #change(verb, done, button, body = {}) {
        button.setAttribute("aria-disabled", "true");
        try {
            const answer = await this.#ask(verb, body, null, null);
            if (answer) announce(done);
            return answer;
        } finally {
            button.removeAttribute("aria-disabled");
        }
    }

    /** One change at a time: asks the server, shows its answer, or says why not. `repeat` names the button that may be pressed again. */
    async #ask(verb, body, key, repeat) {
        if (this.#busy) return false;
        this.#busy = true;
        this.#changes += 1;
        clearError();
        try {
            const detail = await act(this.id, verb, body, key);
            this.#changes += 1;
            // The answer also counts when the person has gone elsewhere meanwhile; only showing it is over then.
            if (verb === "reply" || verb === "note") this.#atEnd = true;
            if (!this.#ended) this.#show(detail);
            return true;
        } catch (failure) {
            this.#changes += 1;
            if (failure.status === 401) return false;
            showError(failure.status === 0 && repeat ? t("errors.unsureSent", { button: repeat }) : failure.words ?? String(failure), t("dismiss"));
            // Whatever the reason, what is shown may be old.
            this.refresh();
            return false;
        } finally {
            this.#busy = false;
        }
    }

    async #load() {
        const changes = this.#changes;
        try {
            const detail = await load(this.id);
            if (this.#ended) return;
            if (changes !== this.#changes) return this.refresh();
            this.#show(detail);
        } catch (failure) {
            if (this.#ended || failure.status === 401) return;
            // What is shown stays while the server is away; the bar tells of the connection.
            if (this.#detail && failure.status !== 404) return;
            if (failure.status === 404) this.#clear();
            this.heading.textContent = t("conversations");
            this.remark.hidden = false;
            this.remark.replaceChildren(failure.status === 404 ? t("notFound") : `${t("threadFailed")} ${failure.words ?? failure} `,
                failure.status === 404 ? "" : el("button", { type: "button", text: t("tryAgain"), on: { click: () => this.#load() } }));
        }
    }

    #clear() {
        this.#detail = null;
        this.items.replaceChildren();
        this.line.replaceChildren();
        for (const button of [this.takeButton, this.returnButton, this.closeButton]) button.hidden = true;
        this.composer.update({ mode: "none" });
        this.packet.node.hidden = true;
    }

    #show(detail) {
        const first = this.#detail === null;
        this.#detail = detail;
        const conversation = detail.conversation;
        this.heading.replaceChildren(foreign(nameOf(conversation)));
        this.line.replaceChildren(
            el("span", { class: `chip owner-${this.#owner.kind}`, test: "owner", "data-owner": this.#owner.kind }, foreign(ownerOf(conversation, this.#agent))), " ",
            el("span", { class: "chip" }, foreign(channelOf(conversation))), " ",
            conversation.language ? el("span", { class: "chip", text: languageName(conversation.language) }) : "", " ",
            conversation.subject ? foreign(conversation.subject, { class: "thread-subject" }) : "");

        const may = this.#may;
        this.takeButton.hidden = !may.take;
        this.takeButton.textContent = t(this.#closed ? "reopen" : this.#holder ? "takeOver" : "take");
        this.takeButton.className = this.#holder ? "" : "primary";
        this.returnButton.hidden = !may.giveBack;
        this.closeButton.hidden = !may.close;
        this.#rescueFocus();
        this.composer.update({
            mode: this.#mine ? "mine" : "others",
            customer: nameOf(conversation),
            why: this.#closed ? t("closedNow") : this.#owner.kind === "bot" ? t("botOwns")
                : this.#owner.kind === "agent" ? t("otherOwns", { name: plain(this.#owner.agent?.name) || t("ownerSomeone") }) : t("takeToReply"),
        });
        this.packet.update(detail);
        this.#showMessages(detail, first);
        this.#renamed();
    }

    /** A focused action that has just been hidden would drop the focus to the top of the page. */
    #rescueFocus() {
        if (document.activeElement?.closest(".actions") && document.activeElement.hidden) this.focus();
    }

    #showMessages(detail, first) {
        const atEnd = this.#atEnd;
        const held = document.activeElement?.closest('[data-test="message"]')?.dataset.id;
        const messages = new Map(), nodes = [], fresh = [];
        let lastDay = null;
        for (const message of detail.messages) {
            const time = instant(message.created_at);
            const label = time === null ? lastDay : day(time);
            if (label !== null && label !== lastDay) {
                lastDay = label;
                if (!this.#days.has(label)) this.#days.set(label, el("li", { class: "day" }, el("span", { text: label })));
                nodes.push(this.#days.get(label));
            }
            const drawn = JSON.stringify(message) + this.#expanded.has(message.id);
            const known = this.#messages.get(message.id);
            const entry = known?.drawn === drawn ? known : { drawn, node: this.#item(message, detail) };
            if (!known && !first) fresh.push(message);
            messages.set(message.id, entry);
            nodes.push(entry.node);
        }
        this.#messages = messages;
        // A day that comes twice (messages out of order over midnight) stands only where it comes first.
        place(this.items, [...new Set(nodes)]);
        // A message that was made anew while somebody was in it: they go on where its buttons are.
        if (held && document.activeElement === document.body) messages.get(held)?.node.querySelector(".lessons button")?.focus({ preventScroll: true });
        this.remark.hidden = true;
        if (first || atEnd) this.#toEnd();
        else if (fresh.length > 0) this.below.hidden = false;
        if (fresh.some(message => message.direction === "in")) announce(t("newFrom", { name: nameOf(detail.conversation) }));
    }

    #item(message, detail) {
        return messageItem(message, {
            agent: this.#agent,
            customer: nameOf(detail.conversation),
            conversation: detail.conversation,
            whole: this.#expanded.has(message.id),
            changed: () => this.#load(),
            expand: () => {
                this.#expanded.add(message.id);
                this.#atEnd = false;
                this.#showMessages(this.#detail, false);
                this.scroller.focus({ preventScroll: true });
            },
        });
    }

    #scrolled() {
        const { scrollHeight, scrollTop, clientHeight } = this.scroller;
        this.#atEnd = scrollHeight - scrollTop - clientHeight < nearEnd;
        if (this.#atEnd) this.below.hidden = true;
    }

    #toEnd() {
        this.scroller.scrollTop = this.scroller.scrollHeight;
        this.#atEnd = true;
        this.below.hidden = true;
    }
}
