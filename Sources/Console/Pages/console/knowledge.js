// The knowledge pages: the list of articles and the gaps, and beside it (on a phone one at a time) what is chosen.

import { articles, gaps, knowledgeHealth } from "./api.js";
import { languageSwitch } from "./account.js";
import { ArticleEditor } from "./article.js";
import { confirmed } from "./dialogs.js";
import { clearError, el, foreign, gather, plain } from "./dom.js";
import { day, instant, languageName } from "./format.js";
import { openLive } from "./live.js";
import { t } from "./strings.js";

const shows = ["all", "live", "draft", "review", "archived", "due"];

/** `#/knowledge`, `#/knowledge/gaps`, `#/knowledge/new`, `#/knowledge/articles/LANGUAGE/ID`. */
function place() {
    const [, kind, language, ...id] = location.hash.slice(2).split("/");
    try {
        if (kind === "articles" && language && id.length > 0) return { kind, key: { language: decodeURIComponent(language), id: decodeURIComponent(id.join("/")) } };
    } catch { /* A broken escape: the list. */ }
    return { kind: ["gaps", "new"].includes(kind) ? kind : "list" };
}

export const addressOf = key => `#/knowledge/articles/${encodeURIComponent(key.language)}/${encodeURIComponent(key.id)}`;

export function knowledgeScreen({ agent, leave }) {
    let editor = null, words = "", show = "all", spoken = "", next = null, round = 0, gap = null;

    const bar = el("header", { class: "bar" },
        el("a", { class: "skip", href: "#list", text: t("skipToList"), on: { click: event => { event.preventDefault(); panel.focus(); } } }),
        el("h1", { class: "brand", text: t("knowledge.title") }), el("span", { class: "stretch" }),
        el("a", { class: "place", href: "#/", test: "to-conversations", text: t("knowledge.toConversations") }),
        el("span", { class: "me", text: agent.name, title: agent.email }), languageSwitch(),
        el("button", { type: "button", class: "quiet", test: "sign-out", text: t("signOut"), on: { click: leave } }));

    const search = el("input", { type: "search", "aria-label": t("knowledge.search"), placeholder: t("knowledge.search"), maxlength: 200, test: "article-search",
        on: { input: () => { words = search.value.trim(); soon(); } } });
    const filter = el("select", { "aria-label": t("knowledge.show"), test: "article-filter", on: { change: () => { show = filter.value; load(); } } },
        shows.map(name => el("option", { value: name, text: t(`knowledge.shows.${name}`) })));
    const tongue = el("select", { "aria-label": t("knowledge.inLanguage"), test: "article-language-filter", on: { change: () => { spoken = tongue.value; load(); } } },
        el("option", { value: "", text: t("knowledge.allLanguages") }));
    const tools = el("div", { class: "tools" }, search, el("a", { class: "button primary", href: "#/knowledge/new", test: "article-new", text: t("knowledge.create") }), filter, tongue);
    const rows = el("ul", { class: "rows", role: "list" });
    const remark = el("p", { class: "remark", role: "status" });
    const ills = el("div", { class: "ills", role: "status", test: "knowledge-ills", hidden: true });
    const more = el("button", { type: "button", class: "more", hidden: true, text: t("loadMore"), on: { click: () => load(true) } });
    const panel = el("div", { class: "panel", id: "list", tabindex: "-1" }, tools, ills, remark, rows, more);
    const tabs = el("nav", { class: "tabs", "aria-label": t("knowledge.title") },
        el("a", { href: "#/knowledge", test: "tab-articles", text: t("knowledge.articles") }), el("a", { href: "#/knowledge/gaps", test: "tab-gaps", text: t("knowledge.gaps") }));
    const empty = el("div", { class: "thread empty" });
    const main = el("main", { class: "desk" }, el("section", { class: "list", "aria-label": t("knowledge.title") }, tabs, panel), empty);
    const node = el("div", { class: "frame" }, bar, main);

    const soon = gather(() => load(), 250);
    let inGaps = false;

    async function load(further = false) {
        const mine = ++round;
        if (!further && rows.children.length === 0) say(t("loading"));
        try {
            if (inGaps) {
                const found = await gaps();
                if (mine !== round) return;
                rows.replaceChildren(...found.gaps.map(gapRow));
                next = null;
                say(found.gaps.length > 0 ? t("knowledge.gapsHint") : t("knowledge.noGaps"));
            } else {
                const filter = { ...(show === "due" ? { due: "true" } : show === "all" ? {} : { status: show }), ...(spoken ? { language: spoken } : {}), ...(words ? { text: words } : {}) };
                const found = await articles(filter, further ? next : null);
                if (mine !== round) return;
                found.articles.forEach(offer);
                const made = found.articles.map(articleRow);
                if (further) rows.append(...made); else rows.replaceChildren(...made);
                if (!further) complain();
                next = found.next ?? null;
                say(rows.children.length > 0 ? "" : t("knowledge.empty"));
            }
        } catch (failure) {
            if (mine !== round || failure.status === 401) return;
            say(failure.words ?? String(failure));
            remark.append(" ", el("button", { type: "button", text: t("tryAgain"), on: { click: () => load() } }));
        }
        more.hidden = next === null;
        mark();
    }

    /** Files that are not taken, and tests that a change broke. */
    async function complain() {
        // The list is there all the same; the next load asks again.
        const { refused, golden } = await knowledgeHealth().catch(() => ({ refused: [], golden: null }));
        const part = (words, lines) => lines.length === 0 ? [] : [el("p", { text: words }), el("ul", {}, lines.map(line => el("li", {}, foreign(line))))];
        ills.replaceChildren(...part(t("knowledge.notTaken"), refused.map(each => each.problem)), ...part(t("knowledge.goldenWrong"), golden?.newly_wrong ?? []));
        ills.hidden = inGaps || ills.children.length === 0;
    }

    function say(text) {
        remark.replaceChildren(text);
        remark.hidden = text === "";
    }

    /** The languages to choose from are those that were seen. */
    function offer({ language }) {
        if (![...tongue.options].some(each => each.value === language)) tongue.append(el("option", { value: language, text: languageName(language) }));
    }

    function articleRow(each) {
        const review = instant(each.review);
        return el("li", {}, el("a", { class: "row", href: addressOf(each), test: "article-row" },
            el("span", { class: "row-top" }, foreign(each.title || each.id, { class: "row-name" }), el("span", { class: "chip", text: each.language })),
            el("span", { class: "row-foot" },
                el("span", { class: `chip status-${each.status}`, text: t(`knowledge.status.${each.status}`) }),
                each.stage && el("span", { class: "chip owner-queue", text: t(`knowledge.stage.${each.stage}`) }),
                review !== null && review < Date.now() && el("span", { class: "chip late", text: t("knowledge.shows.due") }))));
    }

    function gapRow(each) {
        const people = each.people === 1 ? t("knowledge.person") : t("knowledge.people", { count: each.people });
        const times = each.times === 1 ? t("knowledge.once") : t("knowledge.times", { count: each.times });
        return el("li", {}, el("button", { type: "button", class: "row", test: "gap-row", on: { click: () => openGap(each) } },
            el("span", { class: "row-top" }, foreign(each.question, { class: "row-name" }), el("span", { class: "chip", text: each.language })),
            el("span", { class: "row-foot" }, el("span", { class: "chip owner-queue", text: people }), el("span", { class: "chip", text: times }))));
    }

    function openGap(each) {
        gap = each;
        const back = el("a", { class: "back", href: "#/knowledge/gaps", "aria-label": t("knowledge.back"), text: "←", on: { click: event => { event.preventDefault(); put(null); } } });
        const heading = el("h2", { tabindex: "-1" }, foreign(each.question));
        put(el("section", { class: "thread article-editor", "aria-label": plain(each.question) },
            el("header", { class: "thread-head" }, back, el("div", { class: "thread-names" }, heading)),
            el("div", { class: "editor" },
                each.right && el("p", {}, t("knowledge.rightArticle"), " ", el("a", { href: addressOf({ id: each.right, language: each.language }) }, foreign(each.right))),
                el("ul", { class: "questions" }, each.questions.map(asked => el("li", {},
                    el("a", { href: `#/conversations/${encodeURIComponent(asked.conversation)}` }, foreign(asked.text)), " ",
                    el("span", { class: "role", text: day(instant(asked.at) ?? 0) })))),
                el("div", { class: "buttons" }, el("button", { type: "button", class: "primary", test: "gap-write", text: t("knowledge.writeArticle"), on: { click: () => { location.hash = "#/knowledge/new"; } } })))));
        heading.focus();
    }

    /** Shows `view` beside the list, or nothing. */
    function put(view, next = null) {
        editor?.end();
        editor = next;
        const advice = inGaps ? "chooseGap" : "choose";
        empty.replaceChildren(el("p", { class: "big", text: t(`knowledge.${advice}`) }), el("p", { text: t(`knowledge.${advice}Hint`) }));
        (main.children[1] ?? empty).replaceWith(view ?? empty);
        main.classList.toggle("reading", view !== null);
        if (view === null) gap = null;
    }

    let shownAt = location.hash;

    async function route({ first = false } = {}) {
        // What was typed is not lost by a press beside it.
        if (editor?.isChanged && location.hash !== shownAt) {
            const wanted = location.hash;
            history.replaceState(null, "", shownAt);
            if (!await confirmed({ title: t("knowledge.leaveTitle"), texts: [t("knowledge.leaveText")], yes: t("knowledge.leaveYes"), danger: true })) return;
            editor.forget();
            location.hash = wanted;
            if (!wanted.startsWith("#/knowledge")) return;
        }
        shownAt = location.hash;
        clearError();
        const { kind, key } = place();
        const wantGaps = kind === "gaps" || (kind !== "list" && inGaps);
        if (wantGaps !== inGaps || rows.children.length === 0) {
            inGaps = wantGaps;
            rows.replaceChildren();
            tools.hidden = inGaps;
            ills.hidden = inGaps || ills.children.length === 0;
            load();
        }
        if (kind === "articles" || kind === "new") {
            const questions = kind === "new" && gap ? { questions: gap.questions.map(each => each.text), language: gap.language } : null;
            const made = new ArticleEditor({
                agent, key: key ?? null, begin: questions, back: inGaps ? "#/knowledge/gaps" : "#/knowledge",
                changed: () => load(), moved: to => { editor.forget(); location.hash = addressOf(to); },
            });
            put(made.node, made);
            if (!first) made.focus();
        } else {
            put(null);
            if (!first) panel.focus();
        }
        mark();
        document.title = `${editor?.name || t(inGaps ? "knowledge.gaps" : "knowledge.title")} – ${t("brand")}`;
    }

    function mark() {
        for (const link of tabs.children) {
            if (link === tabs.children[inGaps ? 1 : 0]) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
        }
        for (const row of rows.querySelectorAll("a.row")) {
            if (row.getAttribute("href") === location.hash) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
        }
    }

    const follow = () => route();
    const warn = event => { if (editor?.isChanged) event.preventDefault(); };
    const endLive = openLive({ changed: () => {}, articleChanged: () => { if (!inGaps) soon(); }, stale: () => { if (!inGaps) soon(); }, state: () => {}, refused: async () => {} });
    addEventListener("hashchange", follow);
    addEventListener("beforeunload", warn);
    route({ first: true });

    return {
        node, needsSession: true,
        get title() { return document.title; },
        end() {
            endLive();
            soon.stop();
            editor?.end();
            removeEventListener("hashchange", follow);
            removeEventListener("beforeunload", warn);
        },
    };
}
