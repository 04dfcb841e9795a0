// What a conversation teaches the knowledge base: which article was right for a question, and that a good reply should become an article.

import { articles, draftFromReply, explanation, reviewAnswer, takeBackReview } from "./api.js";
import { ask } from "./dialogs.js";
import { announce, clearError, el, foreign, gather, glyph, plain, showError } from "./dom.js";
import { instant, moment, percent } from "./format.js";
import { t } from "./strings.js";

const w = (key, values) => t(`knowledge.${key}`, values);
const addressOf = each => `#/knowledge/articles/${encodeURIComponent(each.language)}/${encodeURIComponent(each.article)}`;
/** Articles to choose from at once. */
const choices = 8;

/** What is under a message that something can be learnt from; null for the others. `changed()` after each judgement. */
export function lessonsOf(message, { agent, conversation, changed }) {
    if (message.deleted || !conversation) return null;
    if (message.question) return [message.review ? judgement(message, agent, conversation, changed) : judging(message, conversation, changed), reasons(message, conversation)];
    if (message.direction !== "out" || message.author?.kind !== "agent") return null;
    return el("p", { class: "lessons" }, button("reply-article", w("makeArticle"), () => makeArticle(message, conversation)));
}

const button = (test, text, act, sign = "") => el("button", { type: "button", class: "small", test, on: { click: act } }, sign && glyph(sign), text);

/** The question whether it was right: one press says yes, and two which article it should have been. */
function judging(message, conversation, changed) {
    const note = article => judge(() => reviewAnswer(conversation.id, message.question, article), w("noted"), changed);
    const choose = async () => {
        const chosen = await askForRight(message, conversation);
        if (chosen !== undefined) await note(chosen);
    };
    if (message.article) {
        return el("div", { class: "lessons", role: "group", "aria-label": w("wasItRight"), test: "judging" },
            button("answer-right", w("right"), () => note(message.article.id), "✓"), button("answer-wrong", w("wrong"), choose, "✕"));
    }
    return el("div", { class: "lessons", role: "group", "aria-label": w("whichWasRight"), test: "judging" },
        el("span", { class: "role", text: w("whichWasRight") }), button("article-right", w("chooseRight"), choose), button("article-none", w("noArticle"), () => note(null)));
}

function judgement(message, agent, conversation, changed) {
    const { article, title, agent: who, at } = message.review;
    const given = message.article?.id;
    const said = article !== null && article === given ? w("wasRight") : article !== null ? w("rightIs", { title: plain(title) || plain(article) }) : given ? w("wasWrong") : w("noneIsRight");
    const when = instant(at);
    return el("div", { class: "lessons", test: "judgement", "data-article": article ?? "" },
        glyph(article !== null && article === given ? "✓" : "✕"), el("span", {}, foreign(said)), " ",
        el("span", { class: "role" }, foreign(who.id === agent.id ? t("you") : who.name), when !== null && [", ", el("time", { datetime: at, text: moment(when) })]), " ",
        button("judgement-undo", w("undo"), () => judge(() => takeBackReview(conversation.id, message.question), w("undone"), changed)));
}

async function judge(work, done, changed) {
    clearError();
    try {
        await work();
        announce(done);
    } catch (failure) {
        // Taken back meanwhile: what is shown is old, and that is all.
        if (failure.status !== 401 && failure.status !== 404) showError(failure.words ?? String(failure), t("dismiss"));
    }
    changed();
}

/** How sure, where that is more than nothing. */
const sureness = each => each.confidence >= 0.005 && el("span", { class: "role", text: t("confidence", { percent: percent(each.confidence) }) });

/** Why the bot said so, or said nothing: the nearest articles and the words that counted, by today's articles. */
function reasons(message, conversation) {
    const content = el("div", { class: "section" });
    const load = async () => {
        content.replaceChildren(el("p", { class: "role", text: t("loading") }));
        try {
            const found = await explanation(conversation.id, message.question);
            const words = (kind, wanted) => {
                const some = found.words.filter(wanted).map(each => each.word);
                return some.length > 0 && el("p", {}, `${w(kind)} `, foreign(some.join(", ")));
            };
            content.replaceChildren(...[
                el("ol", { class: "nearest" }, found.candidates.map(each => el("li", {}, el("a", { href: addressOf(each) }, foreign(each.title || each.article)), " ",
                    sureness(each)))),
                words("wordsFor", each => each.weight > 0), words("wordsAgainst", each => each.weight < 0),
                el("p", { class: "role", text: found.candidates.length > 0 ? w("threshold", { percent: percent(found.threshold) }) : w("nothingNear") }),
            ].filter(Boolean));
        } catch (failure) {
            if (failure.status !== 401) content.replaceChildren(el("p", { class: "problem", text: failure.words ?? String(failure) }));
        }
    };
    return el("details", { class: "reasons", test: "reasons", on: { toggle: event => { if (event.target.open) load(); } } }, el("summary", { text: w(message.article ? "whyThis" : "whyNone") }), content);
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

/** The id of the article that is right, null for none; undefined when nothing was chosen. */
async function askForRight(message, conversation) {
    let chosen = null, round = 0, nearest = [];
    const list = el("ul", { class: "choices", role: "list" });
    const search = el("input", { type: "search", id: "right-search", autofocus: true, maxlength: 200, test: "right-search", on: { input: () => soon() } });
    const find = async () => {
        const mine = ++round;
        const text = search.value.trim();
        try {
            const found = await articles({ status: "live", ...(text ? { text } : {}), ...(conversation.language ? { language: conversation.language } : {}) });
            // What has the words in its title is what is meant; the others have them somewhere.
            const named = each => each.title.toLowerCase().includes(text.toLowerCase()) ? 0 : 1;
            const others = found.articles.toSorted((one, other) => named(one) - named(other));
            const first = text ? [] : nearest;
            const all = [...first, ...others.filter(each => !first.some(near => near.id === each.id))].filter(each => each.id !== message.article?.id);
            if (mine === round) list.replaceChildren(...all.slice(0, choices).map(choice));
        } catch { /* The list stays as it was; "none" can be chosen all the same. */ }
    };
    const soon = gather(find, 200);
    const choice = each => el("li", {}, el("button", { type: "button", test: "right-choice", "data-article": each.id, on: { click: () => { chosen = each.id; dialog.close("yes"); } } },
        foreign(each.title || each.id), " ", each.confidence !== undefined && sureness(each)));
    const dialog = el("dialog", { "aria-labelledby": "dialog-title", test: "right-dialog" }, el("div", { class: "box" },
        el("h2", { id: "dialog-title", text: w("rightTitle") }),
        el("div", { class: "field" }, el("label", { for: "right-search", text: w("search") }), search), list,
        el("div", { class: "buttons" },
            el("button", { type: "button", text: t("cancel"), on: { click: () => dialog.close("") } }),
            el("button", { type: "button", class: "primary", test: "right-none", text: w("noArticle"), on: { click: () => dialog.close("yes") } }))));
    explanation(conversation.id, message.question).then(
        found => { nearest = found.candidates.map(each => ({ id: each.article, title: each.title, confidence: each.confidence })); },
        () => { /* Then without the nearest ones. */ }).finally(find);
    const answer = await ask(dialog);
    soon.stop();
    return answer === "yes" ? chosen : undefined;
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
