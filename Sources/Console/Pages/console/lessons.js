// What a conversation teaches the knowledge base: that an answer was wrong, and that a good reply should become an article.

import { articles, draftFromReply, reviewAnswer } from "./api.js";
import { ask } from "./dialogs.js";
import { announce, clearError, el, foreign, gather, plain, showError } from "./dom.js";
import { t } from "./strings.js";

const w = (key, values) => t(`knowledge.${key}`, values);

/** The buttons under a message that something can be learnt from; null for the others. */
export function lessonsOf(message, conversation) {
    if (message.deleted) return null;
    const make = (test, text, act) => el("button", { type: "button", class: "small", test, text, on: { click: act } });
    if (message.article) return el("p", { class: "lessons" }, make("answer-wrong", w("wrongAnswer"), () => askForRight(message, conversation)));
    if (message.direction === "out" && message.author?.kind === "agent") return el("p", { class: "lessons" }, make("reply-article", w("makeArticle"), () => makeArticle(message, conversation)));
    return null;
}

async function makeArticle(message, conversation) {
    clearError();
    try {
        const made = await draftFromReply(conversation.id, message.id);
        location.hash = `#/knowledge/articles/${encodeURIComponent(made.article.language)}/${encodeURIComponent(made.article.id)}`;
        announce(w("created"));
    } catch (failure) {
        if (failure.status !== 401) showError(failure.words ?? String(failure), t("dismiss"));
    }
}

async function askForRight(message, conversation) {
    let chosen = null, round = 0;
    const list = el("ul", { class: "choices", role: "list" });
    const search = el("input", { type: "search", id: "right-search", autofocus: true, maxlength: 200, test: "right-search", on: { input: () => soon() } });
    const find = async () => {
        const mine = ++round;
        try {
            const text = search.value.trim();
            const found = await articles({ status: "live", ...(text ? { text } : {}), ...(conversation.language ? { language: conversation.language } : {}) });
            // What has the words in its title is what is meant; the others have them somewhere.
            const named = each => each.title.toLowerCase().includes(text.toLowerCase()) ? 0 : 1;
            if (mine === round) list.replaceChildren(...found.articles.toSorted((one, other) => named(one) - named(other)).slice(0, 8).map(choice));
        } catch { /* The list stays as it was; "none" can be chosen all the same. */ }
    };
    const soon = gather(find, 200);
    const choice = each => el("li", {}, el("button", { type: "button", test: "right-choice", on: { click: () => { chosen = each.id; dialog.close("yes"); } } }, foreign(each.title || each.id)));
    const dialog = el("dialog", { "aria-labelledby": "dialog-title", test: "right-dialog" }, el("div", { class: "box" },
        el("h2", { id: "dialog-title", text: w("rightTitle") }),
        el("div", { class: "field" }, el("label", { for: "right-search", text: w("search") }), search), list,
        el("div", { class: "buttons" },
            el("button", { type: "button", text: t("cancel"), on: { click: () => dialog.close("") } }),
            el("button", { type: "button", class: "primary", test: "right-none", text: w("rightNone"), on: { click: () => dialog.close("yes") } }))));
    find();
    const answer = await ask(dialog);
    soon.stop();
    if (answer !== "yes") return;
    clearError();
    try {
        await reviewAnswer(conversation.id, message.id, chosen);
        announce(w("noted"));
    } catch (failure) {
        if (failure.status !== 401) showError(failure.words ?? String(failure), t("dismiss"));
    }
}

/** A summary under a button, for where a language model is set up for it. */
export function summaryOf(summarise) {
    const text = el("div", { role: "status" });
    const button = el("button", {
        type: "button", class: "small", test: "summarise", text: w("summarise"), on: {
            click: async () => {
                button.setAttribute("aria-disabled", "true");
                try {
                    const made = await summarise();
                    text.replaceChildren(el("p", { test: "summary" }, foreign(made.sentences.map(each => plain(each.text)).join(" "))), el("p", { class: "role", text: w("summaryBy") }));
                } catch (failure) {
                    if (failure.status !== 401) text.replaceChildren(el("p", { class: "problem", text: failure.words ?? String(failure) }));
                } finally { button.removeAttribute("aria-disabled"); }
            },
        },
    });
    return el("section", { class: "summary" }, button, text);
}
