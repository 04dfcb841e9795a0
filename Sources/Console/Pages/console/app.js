// Where the console begins: which of its screens is shown. Set up by a one-time link, sign in, or the desk.

import { onSignedOut, session, signOut } from "./api.js";
import { invitationScreen, signInScreen } from "./account.js";
import { deskScreen } from "./desk.js";
import { knowledgeScreen } from "./knowledge.js";
import { announce, clearError, el, showError } from "./dom.js";
import { forgetDrafts } from "./drafts.js";
import { onLanguage, t } from "./strings.js";

const root = document.getElementById("app");
/** Makes the present screen again, for another language. */
let again = () => {};
/** `{node, end?}` of what is shown. */
let shown = null;

function show(make) {
    again = () => {
        shown?.end?.();
        // A question that belongs to the screen before must not be answered on this one.
        for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close("");
        shown = make();
        root.replaceChildren(shown.node);
        document.title = shown.title ?? t("brand");
    };
    again();
}

function showSignIn(notice = null) {
    show(() => signInScreen({ notice, done: showDesk }));
    root.querySelector("input")?.focus();
}

function showInvitation(token) {
    const leave = () => history.replaceState(null, "", location.pathname);
    show(() => invitationScreen({
        token,
        done: agent => { leave(); showDesk(agent); },
        refused: () => { leave(); showSignIn(t("inviteUsed")); },
        away: () => { leave(); start(); },
    }));
    root.querySelector("input")?.focus();
}

/** The conversations, or the articles, as the address says. */
function showDesk(agent) {
    clearError();
    inKnowledge = isKnowledge();
    show(() => inKnowledge ? knowledgeScreen({ agent, leave }) : deskScreen({ agent, leave }));
    here = agent;
}

const isKnowledge = () => location.hash.startsWith("#/knowledge");
let inKnowledge = false, here = null;

async function leave() {
    try {
        await signOut();
    } catch (failure) {
        // 401: there is no session to end any more. Otherwise it may still be open, and the person must know.
        if (failure.status !== 401) {
            showError(failure.words ?? String(failure), t("dismiss"));
            return;
        }
    }
    forgetDrafts();
    clearError();
    history.replaceState(null, "", location.pathname);
    showSignIn();
    announce(t("signedOut"));
}

async function start() {
    const invitation = /^#invitation=(.+)$/.exec(location.hash);
    if (invitation) return showInvitation(invitation[1]);
    try {
        showDesk(await session());
    } catch (failure) {
        if (failure.status === 401) showSignIn();
        else show(() => ({
            node: el("main", { class: "plain" },
                el("p", { text: failure.words ?? String(failure) }),
                el("button", { type: "button", class: "primary", text: t("tryAgain"), on: { click: start } })),
        }));
    }
}

onSignedOut(() => {
    // Several requests may learn it at once; one sign-in is enough. Drafts stay: the same person usually comes back.
    if (shown?.needsSession) showSignIn(t("sessionEnded"));
});

onLanguage(() => {
    // The screen is built anew; what was typed into it goes along, and the focus stays on the switch.
    const typed = [...root.querySelectorAll("input[name], textarea[name]")].map(field => [field.name, field.value]);
    const switching = document.activeElement?.dataset.test === "language";
    clearError();
    again();
    for (const [name, value] of typed) {
        const field = root.querySelector(`[name="${CSS.escape(name)}"]`);
        if (field) field.value = value;
    }
    if (switching) root.querySelector('[data-test="language"]')?.focus();
});

addEventListener("hashchange", () => {
    if (location.hash.startsWith("#invitation=")) start();
    else if (shown?.needsSession && here && isKnowledge() !== inKnowledge) showDesk(here);
});

start();
