// The list of conversations: five tabs, rows that keep their places while they change, movement by keys.

import { conversations } from "./api.js";
import { el, gather, place, plain } from "./dom.js";
import { ConversationRow } from "./row.js";
import { t } from "./strings.js";

/** The tabs: name in the address, name to the server, texts, and which owners (as events name them) belong there. */
export const tabs = [
    { id: "waiting", owner: "queue", label: "tabWaiting", empty: "emptyWaiting", owners: ["queue"] },
    { id: "mine", owner: "mine", label: "tabMine", empty: "emptyMine", owners: ["agent"] },
    { id: "bot", owner: "bot", label: "tabBot", empty: "emptyBot", owners: ["bot"] },
    { id: "open", owner: "open", label: "tabOpen", empty: "emptyOpen", owners: ["queue", "agent", "bot"] },
    { id: "closed", owner: "closed", label: "tabClosed", empty: "emptyClosed", owners: ["nobody"] },
];

/** How many pages a refresh loads again at most; beyond, the person presses "Show more" once more. */
const pagesKept = 4;

export class ConversationList {
    #agent; #tab; #open = null; #counted;
    #rows = new Map();
    #waiting = new Map();
    #focused = null;
    #next = null;
    #round = 0;
    #loaded = false;
    #refresh = gather(() => this.#load(), 500);
    #recount = gather(() => this.#count(), 1000);

    /** `chosen(tab)`: another tab was picked; `counted(count text, newly waiting)`: the queue's length, and who joined it. */
    constructor({ agent, tab, chosen, counted }) {
        this.#agent = agent;
        this.#counted = counted;
        this.tabs = el("div", { class: "tabs", role: "tablist", "aria-label": t("conversations"), on: { keydown: event => this.#tabKey(event) } },
            tabs.map(each => el("button", {
                type: "button", role: "tab", id: `tab-${each.id}`, "aria-controls": "list", test: `tab-${each.id}`,
                on: { click: () => { this.select(each.id); chosen(each.id); } },
            }, el("span", { text: t(each.label) }), each.id === "waiting" && el("span", { class: "count" }))));
        this.items = el("ul", { class: "rows", role: "list", on: { keydown: event => this.#rowKey(event), focusin: event => this.#noteFocus(event) } });
        this.remark = el("p", { class: "remark" });
        this.more = el("button", { type: "button", class: "more", text: t("loadMore"), test: "load-more", hidden: true, on: { click: () => this.#loadMore() } });
        this.panel = el("div", { id: "list", class: "panel", role: "tabpanel", tabindex: "-1" }, this.items, this.remark, this.more);
        this.node = el("section", { class: "list", "aria-label": t("conversations") }, this.tabs, this.panel);
        this.select(tab);
        this.#clock = setInterval(() => this.#age(), 20_000);
    }

    #clock;

    end() {
        clearInterval(this.#clock);
        this.#refresh.stop();
        this.#recount.stop();
        this.#round += 1;
    }

    get tab() { return this.#tab.id; }

    select(id) {
        const tab = tabs.find(each => each.id === id) ?? tabs[0];
        const same = tab === this.#tab;
        this.#tab = tab;
        for (const button of this.tabs.children) {
            const chosen = button.id === `tab-${tab.id}`;
            button.setAttribute("aria-selected", String(chosen));
            button.tabIndex = chosen ? 0 : -1;
            if (chosen) button.scrollIntoView?.({ block: "nearest", inline: "nearest" });
        }
        this.panel.setAttribute("aria-labelledby", `tab-${tab.id}`);
        if (!same) {
            this.#rows.clear();
            this.#loaded = false;
            this.#next = null;
            this.#focused = null;
            this.#render([]);
            this.panel.scrollTop = 0;
        }
        this.#load();
    }

    /** A conversation changed: load again if it is here or may come here. */
    touch({ id, owner }) {
        if (this.#rows.has(id) || !owner || this.#tab.owners.includes(owner)) this.#refresh();
        if (owner === "queue" || this.#waiting.has(id)) this.#recount();
    }

    refresh() {
        this.#refresh();
        this.#recount();
    }

    markOpen(id) {
        this.#open = id;
        for (const [key, row] of this.#rows) row.mark(key === id);
        if (id && this.#rows.has(id)) this.#rove(id);
    }

    /** Moves the focus by `step` rows; from outside the list it lands on the row that is open, or the first. */
    move(step) {
        const ids = [...this.#rows.keys()];
        if (ids.length === 0) return;
        const inside = this.items.contains(document.activeElement);
        const at = ids.indexOf(this.#focused);
        const target = at < 0 ? 0 : inside || this.#focused === this.#open ? Math.min(Math.max(at + step, 0), ids.length - 1) : at;
        this.focus(ids[target]);
    }

    /** Focuses the row of `id`, or the one that Tab would reach, or the panel. */
    focus(id = this.#focused) {
        const row = this.#rows.get(id) ?? this.#rows.values().next().value;
        (row?.link ?? this.panel).focus();
    }

    async #load() {
        const round = ++this.#round;
        const tab = this.#tab;
        const wanted = Math.min(Math.max(this.#rows.size, 1), pagesKept * 50);
        try {
            const found = [];
            let next = null;
            do {
                const page = await conversations(tab.owner, next);
                if (round !== this.#round) return;
                found.push(...page.conversations);
                next = page.next ?? null;
            } while (next && found.length < wanted);
            this.#loaded = true;
            this.#next = next;
            this.#render(found);
            if (tab.id === "waiting") this.#tell(found, next);
        } catch (failure) {
            if (round !== this.#round || failure.status === 401) return;
            // Rows that are shown stay: old ones are better than none, and the state of the connection is in the bar.
            if (!this.#loaded) this.#say(`${t("listFailed")} ${failure.words ?? failure}`, true);
        }
    }

    async #loadMore() {
        const round = this.#round;
        const before = this.#next;
        if (!before || this.more.getAttribute("aria-disabled")) return;
        this.more.setAttribute("aria-disabled", "true");
        try {
            const page = await conversations(this.#tab.owner, before);
            if (round !== this.#round) return;
            this.#next = page.next ?? null;
            const had = this.#rows.size;
            this.#render([...[...this.#rows.values()].map(row => row.conversation), ...page.conversations]);
            this.focus([...this.#rows.keys()][had]);
        } catch (failure) {
            if (failure.status !== 401) this.#say(failure.words ?? String(failure), false);
        } finally {
            this.more.removeAttribute("aria-disabled");
        }
    }

    /** The number of those waiting, also while another tab is shown. */
    async #count() {
        if (this.#tab.id === "waiting") return;
        try {
            const page = await conversations("queue");
            this.#tell(page.conversations, page.next);
        } catch { /* The number is only a hint; the next event asks again. */ }
    }

    #told = false;

    #tell(found, next) {
        const joined = this.#told ? found.filter(each => !this.#waiting.has(each.id)) : [];
        this.#told = true;
        this.#waiting = new Map(found.map(each => [each.id, each]));
        const text = found.length === 0 ? "" : `${found.length}${next ? "+" : ""}`;
        const badge = this.tabs.querySelector(".count");
        badge.textContent = text;
        this.#counted(text, joined);
    }

    #render(found) {
        const ids = [...this.#rows.keys()];
        const held = this.items.contains(document.activeElement) ? this.#focused : null;
        const rows = new Map();
        for (const conversation of found) {
            // A page boundary may shift between two requests and bring one twice.
            if (rows.has(conversation.id)) continue;
            const row = this.#rows.get(conversation.id) ?? new ConversationRow(this.#agent);
            row.update(conversation);
            row.mark(conversation.id === this.#open);
            rows.set(conversation.id, row);
        }
        this.#rows = rows;
        place(this.items, [...rows.values()].map(row => row.node));
        if (!rows.has(this.#focused)) {
            // The row under the focus has gone: its neighbour takes its place.
            const at = ids.indexOf(this.#focused);
            this.#focused = ids.slice(Math.max(at, 0)).find(id => rows.has(id)) ?? [...rows.keys()].at(at < 0 ? 0 : -1) ?? null;
        }
        this.#rove(this.#focused);
        if (held !== null && !this.items.contains(document.activeElement)) {
            (rows.get(this.#focused)?.link ?? this.panel).focus({ preventScroll: true });
        }
        this.more.hidden = this.#next === null;
        this.#say(rows.size > 0 ? "" : this.#loaded ? t(this.#tab.empty) : t("loading"), false);
    }

    #say(text, retry) {
        this.remark.replaceChildren(text);
        this.remark.hidden = text === "";
        if (retry) this.remark.append(" ", el("button", { type: "button", text: t("tryAgain"), on: { click: () => this.#load() } }));
    }

    #rove(id) {
        this.#focused = id;
        for (const [key, row] of this.#rows) row.link.tabIndex = key === id ? 0 : -1;
    }

    #noteFocus(event) {
        const id = event.target.closest(".row")?.dataset.id;
        if (id && id !== this.#focused) this.#rove(id);
    }

    #rowKey(event) {
        const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
        if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        this.move(step);
    }

    #tabKey(event) {
        const at = tabs.indexOf(this.#tab);
        const to = { ArrowRight: (at + 1) % tabs.length, ArrowLeft: (at + tabs.length - 1) % tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
        if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        this.tabs.children[to].click();
        this.tabs.children[to].focus();
    }

    #age() {
        for (const row of this.#rows.values()) row.age();
    }
}

/** The name of a customer for a sentence. */
export const nameOf = conversation => plain(conversation.customer?.name) || t("unnamed");
