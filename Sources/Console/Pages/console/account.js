// Coming in: the sign-in and the set-up from a one-time link.

import { accept, Failure, signIn } from "./api.js";
import { el } from "./dom.js";
import { language, languages, setLanguage, t } from "./strings.js";

/** The switch of the language, on every screen. */
export function languageSwitch() {
    const select = el("select", { test: "language", "aria-label": t("languageLabel"), class: "language", on: { change: () => setLanguage(select.value) } },
        languages.map(([code, name]) => el("option", { value: code, lang: code, text: name, selected: code === language })));
    return select;
}

const shortest = 12, longest = 128;

/** A labelled input with a place for its hint and for what is wrong with it. */
function field({ name, label, hint, ...attributes }) {
    const wrong = el("p", { class: "wrong", id: `${name}-wrong`, hidden: true });
    const input = el("input", {
        id: name, name, required: true, ...attributes,
        "aria-describedby": [hint && `${name}-hint`, `${name}-wrong`].filter(Boolean).join(" "),
        on: { input: () => complain("") },
    });
    function complain(text) {
        wrong.textContent = text;
        wrong.hidden = text === "";
        if (text) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
    }
    const node = el("div", { class: "field" },
        el("label", { for: name, text: label }), input, hint && el("p", { class: "hint", id: `${name}-hint`, text: hint }), wrong);
    return { node, input, complain };
}

/** A form on its own page. `submit` returns when it is done, or throws what went wrong. */
function formScreen({ title, subtitle, notice, fields, button, busyText, test, submit, after }) {
    const problem = el("p", { class: "problem", role: "alert", test: "form-error" });
    const go = el("button", { type: "submit", class: "primary", test, text: button });
    let busy = false;
    const form = el("form", {
        // Our own words, in the chosen language, instead of the browser's bubbles.
        novalidate: true,
        "aria-labelledby": "form-title",
        on: {
            submit: async event => {
                event.preventDefault();
                if (busy) return;
                problem.textContent = "";
                busy = true;
                go.setAttribute("aria-disabled", "true");
                go.textContent = busyText;
                try {
                    await submit(problem);
                } finally {
                    busy = false;
                    go.removeAttribute("aria-disabled");
                    go.textContent = button;
                }
            },
        },
    },
    el("h1", { id: "form-title", text: title }),
    el("p", { class: "subtitle", text: subtitle }),
    notice && el("p", { class: "notice", role: "status", text: notice }),
    fields.map(each => each.node), problem, go, after);
    return el("div", { class: "door" },
        el("header", { class: "bar" }, el("span", { class: "brand", text: t("brand") }), el("span", { class: "stretch" }), languageSwitch()),
        el("main", {}, form));
}

const wordsOf = error => error instanceof Failure ? error.words : String(error);

export function signInScreen({ notice, done }) {
    const email = field({ name: "email", label: t("email"), type: "email", autocomplete: "username", inputmode: "email", autocapitalize: "none", spellcheck: "false", "data-test": "sign-in-email" });
    const password = field({ name: "password", label: t("password"), type: "password", autocomplete: "current-password", "data-test": "sign-in-password" });
    const node = formScreen({
        title: t("signInTitle"), subtitle: t("signInSubtitle"), notice, fields: [email, password],
        button: t("signIn"), busyText: t("signingIn"), test: "sign-in-submit",
        async submit(problem) {
            try {
                done(await signIn(email.input.value.trim(), password.input.value));
            } catch (error) {
                problem.textContent = wordsOf(error);
                password.input.value = "";
                (error.status === 401 ? password : email).input.focus();
            }
        },
    });
    return { node, title: `${t("signInTitle")} – ${t("brand")}` };
}

export function invitationScreen({ token, done, refused, away }) {
    const name = field({ name: "name", label: t("name"), hint: t("nameHint"), type: "text", autocomplete: "name", maxlength: 100, "data-test": "invitation-name" });
    const password = field({ name: "password", label: t("newPassword"), hint: t("newPasswordHint"), type: "password", autocomplete: "new-password", "data-test": "invitation-password" });
    const repeat = field({ name: "repeat", label: t("repeatPassword"), type: "password", autocomplete: "new-password", "data-test": "invitation-repeat" });

    /** The first field that is wrong, told what is wrong with it; null when all are right. */
    function firstWrong() {
        // Characters as people count them, not UTF-16 units.
        const length = [...password.input.value].length;
        const wrong = [
            [name, name.input.value.trim() === "" && t("nameMissing")],
            [password, length < shortest ? t("passwordShort", { count: length }) : length > longest && t("passwordLong")],
            [repeat, repeat.input.value !== password.input.value && t("passwordsDiffer")],
        ].filter(([each, text]) => { each.complain(text || ""); return text; });
        return wrong[0]?.[0] ?? null;
    }

    const node = formScreen({
        title: t("inviteTitle"), subtitle: t("inviteSubtitle"), fields: [name, password, repeat],
        button: t("createAccount"), busyText: t("creatingAccount"), test: "invitation-submit",
        after: el("p", {}, el("a", { href: "#", text: t("toSignIn"), on: { click: event => { event.preventDefault(); away(); } } })),
        async submit(problem) {
            const wrong = firstWrong();
            if (wrong) return wrong.input.focus();
            try {
                done(await accept(token, name.input.value.trim(), password.input.value));
            } catch (error) {
                if (error.status === 410) return refused();
                problem.textContent = wordsOf(error);
            }
        },
    });
    return { node, title: `${t("inviteTitle")} – ${t("brand")}` };
}
