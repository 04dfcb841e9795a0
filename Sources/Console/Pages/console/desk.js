// The desk: the bar, the list and the conversation beside it (on a phone one at a time), the address, the keys, the stream.

import { checkSession } from "./api.js";
import { languageSwitch } from "./account.js";
import { showHelp, singleKeysOn } from "./dialogs.js";
import { announce, clearError, el } from "./dom.js";
import { ConversationList, nameOf, tabs } from "./list.js";
import { openLive } from "./live.js";
import { t } from "./strings.js";
import { Thread } from "./thread.js";

const remembered = "centralino.tab";

export function deskScreen({ agent, leave }) {
    let thread = null, cameFromList = false, waiting = "", wasLive = false;

    const state = el("span", { class: "live", test: "live" });
    const bar = el("header", { class: "bar" },
        el("a", { class: "skip", href: "#list", text: t("skipToList"), on: { click: event => { event.preventDefault(); list.focus(); } } }),
        el("h1", { class: "brand", text: t("brand") }), state, el("span", { class: "stretch" }),
        el("a", { class: "place", href: "#/knowledge", test: "to-knowledge", text: t("knowledge.title") }),
        el("span", { class: "me", text: agent.name, title: agent.email }), languageSwitch(),
        el("button", { type: "button", class: "quiet", test: "help", "aria-label": t("help"), title: t("help"), text: "?", on: { click: showHelp } }),
        el("button", { type: "button", class: "quiet", test: "sign-out", text: t("signOut"), on: { click: leave } }));

    const list = new ConversationList({
        agent, tab: tabFromAddress() ?? recall() ?? "waiting",
        chosen: tab => {
            remember(tab);
            // Beside an open conversation only the list changes; alone, the address names the tab.
            if (!thread) history.replaceState(null, "", `#/${tab}`);
            title();
        },
        counted: (count, joined) => {
            waiting = count;
            title();
            if (joined.length > 0) announce(joined.slice(0, 3).map(each => t("newWaiting", { name: nameOf(each) })).join(" "));
        },
    });
    list.node.addEventListener("click", event => { if (event.target.closest(".row")) cameFromList = true; });

    const empty = el("div", { class: "thread empty" }, el("p", { class: "big", text: t("choose") }), el("p", { text: t("chooseHint") }));
    const main = el("main", { class: "desk" }, list.node, empty);
    const node = el("div", { class: "frame" }, bar, main);

    function title() {
        const place = thread?.name ?? t(tabs.find(tab => tab.id === list.tab).label);
        document.title = `${waiting ? `(${waiting}) ` : ""}${place} – ${t("brand")}`;
    }

    /** Shows what the address names. */
    function route({ first = false } = {}) {
        const id = /^#\/conversations\/(.+)$/.exec(location.hash)?.[1];
        const tab = tabFromAddress();
        clearError();
        if (id) {
            const wanted = decoded(id);
            if (thread?.id !== wanted) open(wanted, first);
        } else {
            const left = thread?.id;
            thread?.end();
            thread?.node.replaceWith(empty);
            thread = null;
            main.classList.remove("reading");
            list.markOpen(null);
            if (tab && tab !== list.tab) { list.select(tab); remember(tab); }
            if (left !== undefined) list.focus(left);
            cameFromList = false;
        }
        title();
    }

    function open(id, first) {
        const next = new Thread({ agent, id, back: `#/${list.tab}`, goBack, renamed: title });
        thread?.end();
        (thread?.node ?? empty).replaceWith(next.node);
        thread = next;
        main.classList.add("reading");
        list.markOpen(id);
        // Not on loading the page or changing the language: the focus is where the person left it.
        if (!first) thread.focus();
    }

    /** Back to the list: the step that led here is undone; after a direct visit there is none, and the list is a new one. */
    function goBack(event) {
        event?.preventDefault();
        if (cameFromList) history.back();
        else location.hash = `#/${list.tab}`;
    }

    function key(event) {
        if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
        const writing = event.target.closest?.("textarea, input, select");
        if (event.key === "Escape") {
            if (event.target.tagName === "SELECT") return;
            if (writing) thread?.focus(); else if (thread) (onPhone() ? goBack() : list.focus(thread.id));
            return;
        }
        if (writing || !singleKeysOn()) return;
        const act = {
            "?": showHelp,
            j: () => list.move(1), k: () => list.move(-1),
            t: () => thread?.take(), r: () => thread?.write("reply"), n: () => thread?.write("note"),
            b: () => thread?.giveBack(), c: () => thread?.close(),
        }[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? pick(event.key);
        if (!act) return;
        event.preventDefault();
        act();
    }

    function pick(number) {
        const button = /^[1-5]$/.test(number) && !(thread && onPhone()) && list.tabs.children[Number(number) - 1];
        return button && (() => { button.click(); button.focus(); });
    }

    const endLive = openLive({
        changed: event => { list.touch(event); if (thread?.id === event.id) thread.refresh(); },
        stale: () => { list.refresh(); thread?.refresh(); },
        state: value => {
            state.dataset.state = value;
            const text = t({ live: "live", connecting: "connecting", broken: "reconnecting" }[value]);
            state.replaceChildren(el("span", { class: "live-text", text }));
            state.title = text;
            if (value === "broken" && wasLive) announce(text);
            if (value === "live" && wasLive === "lost") announce(t("liveAgain"));
            if (value === "live") wasLive = true; else if (value === "broken" && wasLive) wasLive = "lost";
        },
        // The stream says only "refused"; the session says why. A 401 leads to the sign-in by itself.
        refused: async () => {
            try { await checkSession(agent); } catch { /* A 401 has led to the sign-in by itself; anything else is tried again. */ }
        },
    });

    const followAddress = () => route();
    addEventListener("hashchange", followAddress);
    document.addEventListener("keydown", key);
    route({ first: true });

    return {
        node, needsSession: true,
        get title() { return document.title; },
        end() {
            endLive();
            list.end();
            thread?.end();
            removeEventListener("hashchange", followAddress);
            document.removeEventListener("keydown", key);
        },
    };
}

/** Whether list and conversation are two screens; the same width as in the style sheet. */
const onPhone = () => matchMedia("(max-width: 759px)").matches;

function tabFromAddress() {
    const id = location.hash.slice(2);
    return location.hash.startsWith("#/") && tabs.some(tab => tab.id === id) ? id : null;
}

function decoded(text) {
    try { return decodeURIComponent(text); } catch { return text; } // A broken escape in the address: no such conversation, says the server.
}

function recall() {
    try { return sessionStorage.getItem(remembered); } catch { return null; } // Forbidden storage: begin with those waiting.
}

function remember(tab) {
    try { sessionStorage.setItem(remembered, tab); } catch { /* See recall(). */ }
}
