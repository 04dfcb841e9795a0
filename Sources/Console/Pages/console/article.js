// One article: what it says, what became of it, and what is to be done with it.

import { actOnArticle, article, articleDiff, articleEffect, articleHistory, articleReview, createArticle, previewArticle, restoreArticle, saveDraft } from "./api.js";
import { ask, confirmed } from "./dialogs.js";
import { announce, clearError, el, foreign, plain, showError } from "./dom.js";
import { instant, moment, shortDay } from "./format.js";
import { find, language as spoken, t } from "./strings.js";

const w = (key, values) => t(`knowledge.${key}`, values);
const listed = text => text.split(",").map(each => each.trim()).filter(Boolean);
const lines = text => text.split("\n").map(each => each.trim()).filter(Boolean);
/** The day of a moment, as a date field has it. */
const dateOf = moment => moment ? moment.slice(0, 10) : "";
const beginOf = day => day ? `${day}T00:00:00Z` : null;
/** The last day is included: a validity ends where the day after it begins, as in the files. */
const aDay = 86_400_000;
const lastDayOf = moment => instant(moment) === null ? "" : dateOf(new Date(instant(moment) - 1).toISOString());
const endOf = day => day ? new Date(Date.parse(beginOf(day)) + aDay).toISOString() : null;
/** What the server cannot do without, even for a draft. */
const needed = ["id", "language", "title"];
let count = 0;

export class ArticleEditor {
    node = el("section", { class: "thread article-editor" });
    #key; #agent; #changed; #moved; #back; #begin;
    #detail = null;
    #ended = false;
    /** Field name → {input, label, read, was}. */
    #fields = new Map();
    /** The sections that stand open; they stay so when the article is shown anew. */
    #open = new Set(["check"]);

    /**
     * `key` {id, language}, null for a new article, which may `begin` with {questions, language}. `changed()` after each act;
     * `moved(key)` when a new article has its address.
     */
    constructor({ agent, key, begin, back, changed, moved }) {
        [this.#agent, this.#key, this.#begin, this.#back, this.#changed, this.#moved] = [agent, key, begin, back, changed, moved];
        if (key) this.#load(); else this.#render();
    }

    get name() { return this.#key ? plain(this.#detail?.article.title) || this.#key.id : w("create"); }
    get isChanged() { return [...this.#fields.values()].some(each => each.input.value !== each.was); }
    forget() { for (const each of this.#fields.values()) each.was = each.input.value; }
    end() { this.#ended = true; }
    focus() { this.node.querySelector("h2")?.focus(); }

    async #load() {
        this.node.replaceChildren(el("p", { class: "remark", text: t("loading") }));
        try {
            const detail = await article(this.#key);
            if (this.#ended) return;
            this.#take(detail);
            this.focus();
        } catch (failure) {
            if (this.#ended || failure.status === 401) return;
            this.node.replaceChildren(el("p", { class: "remark" }, failure.words ?? String(failure), " ", el("a", { href: this.#back, text: w("back") })));
        }
    }

    #take(detail) {
        this.#detail = detail;
        this.#key = { id: detail.article.id, language: detail.article.language };
        this.#render();
        document.title = `${this.name} – ${t("brand")}`;
    }

    // ------------------------------------------------------------ What is shown

    #render() {
        this.#fields.clear();
        const row = this.#detail?.article;
        const text = this.#detail?.draft ?? this.#detail?.live ?? this.#detail?.archived;
        const now = text?.fields ?? { title: "", questions: this.#begin?.questions ?? [], body: "", audience: [], channels: [], countries: [], tags: [] };
        this.node.setAttribute("aria-label", this.name);
        this.node.replaceChildren(
            el("header", { class: "thread-head" },
                el("a", { class: "back", href: this.#back, "aria-label": w("back"), text: "←" }),
                el("div", { class: "thread-names" },
                    el("h2", { tabindex: "-1", test: "article-heading" }, foreign(this.name)),
                    row && el("p", { class: "thread-line" },
                        el("span", { class: "chip", text: row.language }), el("span", { class: "chip" }, foreign(row.id)),
                        el("span", { class: `chip status-${row.status}`, test: "article-status", "data-status": row.status, text: w(`status.${row.status}`) }),
                        row.stage && row.stage !== row.status && el("span", { class: "chip owner-queue", test: "article-stage", "data-stage": row.stage, text: w(`stage.${row.stage}`) }),
                        row.file && el("span", { class: "chip" }, foreign(w("fromFile", { file: row.file.split("/").at(-1) }))))),
                el("div", { class: "actions" }, this.#actions(row))),
            el("div", { class: "editor" }, this.#form(row, now), row && this.#more(row)));
    }

    #form(row, now) {
        return el("form", { novalidate: true, on: { submit: event => { event.preventDefault(); this.#save(); } } },
            !row && el("div", { class: "pair" },
                this.#field("id", w("id"), w("idHint"), el("input", { maxlength: 100, autocapitalize: "none", spellcheck: "false" }), "", value => value.trim()),
                this.#field("language", w("languageField"), w("languageHint"), el("input", { maxlength: 35, autocapitalize: "none", spellcheck: "false" }), this.#begin?.language ?? spoken, value => value.trim())),
            this.#field("title", w("titleField"), w("titleHint"), el("input", { maxlength: 300 }), now.title, value => value.trim()),
            this.#field("questions", w("questions"), w("questionsHint"), el("textarea", { rows: 6 }), now.questions.join("\n"), lines),
            this.#field("body", w("body"), w("bodyHint"), el("textarea", { rows: 10, class: "tall" }), now.body, value => value),
            this.#fold("scope",
                el("div", { class: "pair" },
                    this.#field("audience", w("audience"), w("listHint"), el("input"), now.audience.join(", "), listed),
                    this.#field("channels", w("channels"), w("listHint"), el("input"), now.channels.join(", "), listed),
                    this.#field("countries", w("countries"), w("listHint"), el("input"), now.countries.join(", "), listed)),
                el("div", { class: "pair" },
                    this.#field("valid_from", w("validFrom"), null, el("input", { type: "date" }), dateOf(now.valid_from), beginOf),
                    this.#field("valid_until", w("validUntil"), null, el("input", { type: "date" }), lastDayOf(now.valid_until), endOf))),
            this.#fold("upkeep",
                el("div", { class: "pair" },
                    this.#field("owner", w("owner"), null, el("input", { maxlength: 200 }), now.owner ?? "", value => value.trim() || null),
                    this.#field("review", w("review"), null, el("input", { type: "date" }), dateOf(now.review), beginOf),
                    this.#field("tags", w("tags"), w("listHint"), el("input"), now.tags.join(", "), listed))),
            this.#field("note", w("note"), w("noteHint"), el("input", { maxlength: 200 }), "", value => value.trim()),
            el("div", { class: "buttons" }, el("button", { type: "submit", class: "primary", test: "article-save", text: w("save") })));
    }

    /** Fields that are seldom needed, behind their summary. */
    #fold(name, ...fields) {
        const toggled = event => { if (event.target.open) this.#open.add(name); else this.#open.delete(name); };
        return el("details", { open: this.#open.has(name), on: { toggle: toggled } }, el("summary", { text: w(name) }), ...fields);
    }

    #field(name, label, hint, input, value, read) {
        const id = `article-${name}-${++count}`;
        input.id = id;
        input.name = `article-${name}`;
        input.dataset.test = `article-${name}`;
        if (hint) input.setAttribute("aria-describedby", `${id}-hint`);
        input.value = value;
        // As the browser keeps it: a text area may change line ends.
        this.#fields.set(name, { input, label, read, was: input.value });
        return el("div", { class: "field" }, el("label", { for: id, text: label }), input, hint && el("p", { class: "hint", id: `${id}-hint`, text: hint }));
    }

    #actions(row) {
        if (!row) return [];
        const admin = this.#agent.role === "admin";
        const button = (test, label, act, kind = "") => el("button", { type: "button", class: kind, test: `article-${test}`, text: label, on: { click: act } });
        const draft = row.draft !== null;
        return [
            admin && draft && (!row.needs_approval || row.stage === "approved") && button("publish", w("publish"), () => this.#publish(), "primary"),
            admin && row.stage === "review" && row.draft_author?.id !== this.#agent.id && button("approve", w("approve"), () => this.#act("approve", row.draft, w("approved")), "primary"),
            admin && row.stage === "review" && button("return", w("sendBack"), () => this.#act("return", row.draft, w("sentBack"))),
            draft && row.stage === "draft" && button("submit", w("submit"), () => this.#act("submit", row.draft, w("submitted"))),
            draft && button("discard", w("discard"), () => this.#discard()),
            admin && row.live && button("archive", w("archive"), () => this.#archive()),
        ];
    }

    /** Sections that are loaded when they are opened. */
    #more(row) {
        const section = (test, label, load) => {
            const content = el("div", { class: "section" });
            const toggled = event => {
                if (!event.target.open) return this.#open.delete(test);
                this.#open.add(test);
                this.#fill(content, load);
            };
            return el("details", { test: `article-${test}`, open: this.#open.has(test), on: { toggle: toggled } }, el("summary", { text: label }), content);
        };
        return el("div", { class: "sections" },
            section("check", w("check"), () => this.#check(row.draft ?? row.live ?? row.archived)),
            row.live && section("effect", w("effect"), () => this.#effect()),
            section("history", w("history"), () => this.#history()));
    }

    async #fill(content, load) {
        content.replaceChildren(el("p", { class: "role", text: t("loading") }));
        try {
            const nodes = await load();
            content.replaceChildren(...[nodes].flat(2).filter(Boolean));
        } catch (failure) {
            if (failure.status !== 401) content.replaceChildren(el("p", { class: "problem", text: failure.words ?? String(failure) }));
        }
    }

    async #check(version) {
        const found = await articleReview(this.#key, version);
        const reading = found.readability;
        return [
            found.conflicts.length === 0 ? el("p", { test: "article-fine", text: w("checkFine") }) : this.#conflicts(found.conflicts),
            reading && el("p", {}, w(`readability.${reading.formula}`, { score: Math.round(reading.score) }), reading.poor && ` – ${w("poor")}`),
            reading?.poor && reading.hardest.length > 0 && [el("h3", { text: w("hardest") }), el("ul", { class: "questions" }, reading.hardest.map(each => el("li", {}, foreign(each.text))))],
            this.#detail.article.draft && this.#trial(),
        ];
    }

    /** What publishing the draft would alter, for whoever wrote it: not only those who may publish see it. */
    #trial() {
        const found = el("div", { class: "section", role: "status" });
        return [el("div", {}, el("button", {
            type: "button", test: "article-preview", text: w("previewButton"),
            on: { click: () => this.#fill(found, async () => (await this.#foresee({})).map(text => el("p", {}, foreign(text)))) },
        })), found];
    }

    #conflicts(conflicts) {
        const sides = each => each.first.id === this.#key.id && each.first.language === this.#key.language ? [each.first, each.second] : [each.second, each.first];
        const other = each => sides(each)[1];
        // In the person's language and without the paths of files; the server's words for a kind that is new.
        const told = each => {
            const [here, there] = sides(each);
            return find(`knowledge.clash.${each.difference ?? each.kind}`, { here: plain(here.text), there: plain(there.text) }) ?? each.message;
        };
        return el("div", { test: "article-conflicts" }, el("h3", { tabindex: "-1", text: w("conflicts") }), el("ul", { class: "questions" }, conflicts.map(each => el("li", {},
            el("a", { href: `#/knowledge/articles/${encodeURIComponent(other(each).language)}/${encodeURIComponent(other(each).id)}` }, foreign(other(each).title)),
            each.blocking && [" ", el("span", { class: "chip late", text: w("blocking") })], el("p", {}, foreign(told(each)))))),
            conflicts.some(each => each.blocking) && el("p", { class: "role", text: w("clashAdvice") }));
    }

    async #effect() {
        const found = await articleEffect(this.#key);
        const first = found.weeks.findIndex(each => each.questions > 0);
        if (first < 0) return el("p", { text: w("effectNone", { count: found.weeks.length }) });
        const since = instant(found.published);
        const begins = each => since !== null && since >= instant(each.from) && since < instant(each.from) + 7 * aDay;
        return [el("p", { class: "role", text: w("effectHint") }), since !== null && el("p", { class: "role", text: w("publishedOn", { moment: moment(since) }) }),
            el("div", { class: "table", tabindex: "0", role: "region", "aria-label": w("effect") }, el("table", {},
                el("thead", {}, el("tr", {}, ["week", "asked", "answered", "otherwise", "handedOff"].map(name => el("th", { scope: "col", text: w(name) })))),
                el("tbody", {}, found.weeks.slice(first).map(each => el("tr", {},
                    el("th", { scope: "row" }, shortDay(instant(each.from) ?? 0), begins(each) && [" ", el("span", { class: "chip status-live", text: w("publishedChip") })]), [each.questions, each.answered, each.otherwise, each.handed_off].map(value => el("td", { text: String(value) })))))))];
    }

    async #history() {
        const found = await articleHistory(this.#key);
        const row = this.#detail.article;
        const now = row.draft ?? row.live ?? row.archived;
        return el("ul", { class: "versions" }, found.versions.map(each => el("li", { test: "article-version" },
            el("span", {}, el("time", { datetime: each.created_at, text: moment(instant(each.created_at) ?? 0) }), " · ", foreign(each.author.name ?? w("byFile")),
                each.version === row.live && [" ", el("span", { class: "chip status-live", text: w("status.live") })],
                each.note && [" · ", foreign(each.note)]),
            each.version !== now && el("span", { class: "buttons" },
                el("button", { type: "button", class: "small", test: "version-compare", text: w("compare"), on: { click: () => this.#compare(each.version, now) } }),
                el("button", { type: "button", class: "small", test: "version-restore", text: w("restore"), on: { click: () => this.#do(() => restoreArticle(this.#key, each.version, now), w("restored")) } })))));
    }

    async #compare(from, to) {
        try {
            const found = await articleDiff(this.#key, from, to);
            const sign = { added: "+", removed: "−", same: " " };
            const dialog = el("dialog", { "aria-labelledby": "dialog-title", test: "diff", class: "wide" }, el("div", { class: "box" },
                el("h2", { id: "dialog-title", tabindex: "-1", autofocus: true, text: w("diffTitle") }),
                el("ol", { class: "diff" }, around(found.lines).map(each => el("li", { class: each.change },
                    each.change !== "same" && el("span", { class: "unseen", text: `${w(each.change)}: ` }), el("span", { "aria-hidden": "true", text: `${sign[each.change] ?? ""} ` }), foreign(each.text)))),
                el("div", { class: "buttons" }, el("button", { type: "button", class: "primary", text: w("close"), on: { click: () => dialog.close("") } }))));
            await ask(dialog);
        } catch (failure) { this.#fail(failure); }
    }

    // ------------------------------------------------------------ What is done

    async #save() {
        const read = name => { const { input, read } = this.#fields.get(name); return read(input.value); };
        const missing = [...this.#fields].find(([name, each]) => needed.includes(name) && each.input.value.trim() === "");
        for (const each of this.#fields.values()) each.input.removeAttribute("aria-invalid");
        if (missing) {
            const { input, label } = missing[1];
            input.setAttribute("aria-invalid", "true");
            input.focus();
            return showError(w("missing", { field: label }), t("dismiss"));
        }
        const note = read("note");
        const fields = {};
        for (const [name, each] of this.#fields) if (!["id", "language", "note"].includes(name) && (!this.#detail || each.input.value !== each.was)) fields[name] = each.read(each.input.value);
        const more = note ? { note } : {};
        if (this.#detail) {
            const row = this.#detail.article;
            const base = row.draft ?? row.live ?? row.archived;
            await this.#do(() => saveDraft(this.#key, { fields, base_version: base, ...(row.live ? { live_version: row.live } : {}), ...more }), w("saved"));
        } else {
            await this.#do(() => createArticle({ id: read("id"), language: read("language"), fields, ...more }), w("created"), true);
        }
    }

    /** Runs a change; what is on the screen is then what the server has. */
    async #do(work, done, isNew = false) {
        clearError();
        try {
            const detail = await work();
            if (this.#ended) return;
            // The form is made anew: who saved goes on where they were.
            const held = this.node.contains(document.activeElement) ? document.activeElement.dataset.test : null;
            const top = this.node.querySelector(".editor")?.scrollTop ?? 0;
            this.#take(detail);
            const again = held && this.node.querySelector(`[data-test="${held}"]`);
            if (again) again.focus({ preventScroll: true }); else this.focus();
            this.node.querySelector(".editor").scrollTop = top;
            announce(done);
            if (isNew) this.#moved(this.#key);
            this.#changed();
        } catch (failure) { this.#fail(failure); }
    }

    #fail(failure) {
        if (this.#ended || failure.status === 401) return;
        if (failure.status === 412) return showError(w("stale"), t("dismiss"));
        showError(failure.conflicts?.length > 0 ? w("refused") : failure.words ?? String(failure), t("dismiss"));
        if (failure.conflicts?.length > 0) {
            const box = this.node.querySelector(".sections"), list = this.#conflicts(failure.conflicts);
            for (const old of box?.querySelectorAll('[data-test="article-conflicts"]') ?? []) old.remove();
            box?.prepend(list);
            list.querySelector("h3").focus();
        }
    }

    #act(verb, version, done) { return this.#do(() => actOnArticle(this.#key, verb, { version, ...this.#note() }), done); }

    #note() {
        const note = this.#fields.get("note")?.input.value.trim();
        return note ? { note } : {};
    }

    /** The answer of a preview in words, for the question before an act. */
    async #foresee(body) {
        const found = await previewArticle(this.#key, body);
        if (found.looked === 0) return [w("previewNone")];
        const examples = found.examples.slice(0, 5).map(each =>
            `“${plain(each.question.text).slice(0, 120)}”: ${w(`effects.${each.effect}`)} (${plain(each.before?.title) || w("noAnswer")} → ${plain(each.after?.title) || w("noAnswer")})`);
        return [w(found.gained + found.lost + found.changed > 0 ? "preview" : "previewSame", found), ...examples];
    }

    async #publish() {
        if (this.isChanged) return showError(w("unsaved"), t("dismiss"));
        const version = this.#detail.article.draft;
        try {
            const texts = await this.#foresee({});
            if (this.#ended || !await confirmed({ title: w("publishTitle"), texts, yes: w("publishYes") })) return;
            await this.#act("publish", version, w("published"));
        } catch (failure) { this.#fail(failure); }
    }

    async #archive() {
        const version = this.#detail.article.live;
        try {
            const texts = await this.#foresee({ archived: true });
            if (this.#ended || !await confirmed({ title: w("archiveTitle"), texts, yes: w("archiveYes"), danger: true })) return;
            await this.#act("archive", version, w("archived"));
        } catch (failure) { this.#fail(failure); }
    }

    async #discard() {
        const version = this.#detail.article.draft;
        if (!await confirmed({ title: w("discardTitle"), texts: [w("discardText")], yes: w("discardYes"), danger: true })) return;
        await this.#act("discard", version, w("discarded"));
    }
}

/** The changed lines with three of their neighbours; a gap where more was left out. */
function around(all) {
    const near = new Set(all.flatMap((each, index) => each.change === "same" ? [] : [-3, -2, -1, 0, 1, 2, 3].map(step => index + step)));
    const kept = [];
    all.forEach((each, index) => {
        if (near.has(index)) kept.push(each);
        else if (kept.length > 0 && kept.at(-1).text !== "…") kept.push({ change: "same", text: "…" });
    });
    return kept;
}
