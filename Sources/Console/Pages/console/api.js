// The one way to the server: JSON in and out, the session's token on every change, failures as one type.

import { learnClock } from "./format.js";
import { find, t } from "./strings.js";

/** A request that did not succeed. `certain` is false when the server may have done what was asked and we did not hear of it. */
export class Failure extends Error {
    constructor({ status = 0, code = "network", message = "", certain = false, retryAfter = null, conflicts = [] }) {
        super(message || code);
        Object.assign(this, { status, code, certain, retryAfter, conflicts, detail: message });
    }

    /** What to tell the person: our own words for the codes we know, else the server's. */
    get words() {
        const seconds = this.retryAfter ?? 60;
        if (this.status === 0) return t("errors.network");
        if (this.status === 429) return t("errors.too_many", { seconds });
        if (this.status >= 500) return t("errors.server");
        const known = find(`errors.${this.code}`, { seconds, limit: 65_536, message: this.detail || this.status });
        if (known) return known;
        if (this.status === 413) return t("errors.too_long", { limit: 65_536 });
        if (this.status === 403) return t("errors.forbidden");
        return t("errors.refused", { message: this.detail || this.status });
    }
}

const patience = 20_000;
/** The token and the person of the session, as last heard. */
let token = null, agentID = null;
let whenSignedOut = () => {};

/** Called when the server says that the session is over. */
export function onSignedOut(listener) {
    whenSignedOut = listener;
}

async function send(method, path, { body, headers = {} } = {}) {
    const change = method !== "GET";
    let response, text;
    try {
        response = await fetch(`/api/v1/${path}`, {
            method,
            headers: {
                accept: "application/json",
                ...(body === undefined ? {} : { "content-type": body instanceof Blob ? "application/octet-stream" : "application/json" }),
                ...(change && token ? { "X-CSRF-Token": token } : {}),
                ...headers,
            },
            body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
            credentials: "same-origin",
            cache: "no-store",
            redirect: "error",
            signal: AbortSignal.timeout(patience),
        });
        text = await response.text();
    } catch (error) {
        throw new Failure({ message: String(error) });
    }
    learnClock(response.headers.get("date"));
    let value = null;
    if (text !== "") try { value = JSON.parse(text); } catch { /* A proxy's page instead of our answer: its status counts. */ }
    if (response.ok && (value !== null || response.status === 204)) return value;
    throw new Failure({
        status: response.ok ? 502 : response.status,
        code: value?.error?.code ?? "refused",
        message: value?.error?.message ?? "",
        conflicts: value?.error?.conflicts ?? [],
        // 4xx is a refusal; after a 5xx nobody knows how far the server came.
        certain: response.status >= 400 && response.status < 500,
        retryAfter: Number.parseInt(response.headers.get("retry-after"), 10) || null,
    });
}

async function request(method, path, options) {
    try {
        return await send(method, path, options);
    } catch (failure) {
        if (failure.status === 401) whenSignedOut();
        // Another tab has signed in anew and this one's token is old: the refused request did nothing, so one more try is
        // harmless. But only for the same person: nobody's words may go out under a colleague's name.
        if (failure.status === 403 && failure.code.startsWith("csrf") && method !== "GET") {
            const before = token, person = agentID;
            await request("GET", "session").then(keep);
            if (agentID !== person) location.reload();
            else if (token !== before) return send(method, path, options);
        }
        throw failure;
    }
}

function keep(answer) {
    token = answer.csrf;
    agentID = answer.agent.id;
    return { ...answer.agent, advice: answer.advice ?? [] };
}

/** The agent of the current session; fails with status 401 when there is none. */
export async function session() {
    return keep(await send("GET", "session"));
}

/** Asks again whether the session holds; the screen changes when it does not, or when another person signed in in another tab. */
export async function checkSession(agent) {
    const present = keep(await request("GET", "session"));
    if (present.id !== agent.id) location.reload();
}

export async function signIn(email, password) {
    try {
        return keep(await send("POST", "session", { body: { email, password } }));
    } catch (failure) {
        if (failure.status === 401) failure.code = "wrong_credentials";
        throw failure;
    }
}

export async function accept(invitation, name, password) {
    return keep(await send("POST", "invitations/accept", { body: { token: invitation, name, password } }));
}

export async function signOut() {
    await request("DELETE", "session");
    token = agentID = null;
}

/** One page of the conversations of `owner`, newest first as the server orders them. */
export function conversations(owner, before = null) {
    const query = new URLSearchParams({ owner, limit: "50", ...(before ? { before } : {}) });
    return request("GET", `conversations?${query}`);
}

export const conversation = id => request("GET", `conversations/${encodeURIComponent(id)}`);

/** `verb`: take, reply, note, return, close. A reply's key makes its repetition harmless. */
export function act(id, verb, body = {}, key = null) {
    return request("POST", `conversations/${encodeURIComponent(id)}/${verb}`, { body, headers: key ? { "Idempotency-Key": key } : {} });
}

/** Brings a file for a reply; its `id` is what the reply names. */
export const upload = file => request("POST", `files?${new URLSearchParams({ name: file.name })}`, { body: file });

// ------------------------------------------------------------ Knowledge

/** An article's address in the API: a slash of its id is written `~`. */
const articlePath = ({ id, language }, rest = "", query = {}) =>
    `articles/${encodeURIComponent(id.replaceAll("/", "~"))}${rest}?${new URLSearchParams({ language, ...query })}`;

/** A page of articles; `filter` has status, text, due. */
export function articles(filter, after = null) {
    return request("GET", `articles?${new URLSearchParams({ limit: "50", ...filter, ...(after ? { after } : {}) })}`);
}

export const article = key => request("GET", articlePath(key));
export const createArticle = body => request("POST", "articles", { body });
export const saveDraft = (key, body) => request("PUT", articlePath(key, "/draft"), { body });
/** `verb`: submit, approve, return, publish, archive, discard. */
export const actOnArticle = (key, verb, body) => request("POST", articlePath(key, `/${verb}`), { body });
export const restoreArticle = (key, version, base) => request("POST", articlePath(key, "/restore"), { body: { version, base_version: base } });
export const articleHistory = key => request("GET", articlePath(key, "/versions"));
export const articleDiff = (key, from, to) => request("GET", articlePath(key, "/diff", { from, to }));
export const articleReview = (key, version) => request("GET", articlePath(key, "/review", { version }));
export const articleEffect = key => request("GET", articlePath(key, "/effect"));
export const previewArticle = (key, body) => request("POST", articlePath(key, "/preview"), { body });
export const gaps = () => request("GET", "knowledge/gaps");
export const knowledgeHealth = () => request("GET", "knowledge/health");
const messagePath = (conversation, message, rest) => `conversations/${encodeURIComponent(conversation)}/messages/${encodeURIComponent(message)}/${rest}`;
export const reviewAnswer = (conversation, message, article) => request("POST", messagePath(conversation, message, "review"), { body: { article } });
export const takeBackReview = (conversation, message) => request("DELETE", messagePath(conversation, message, "review"));
export const explanation = (conversation, message) => request("GET", messagePath(conversation, message, "explanation"));
export const acceptWriter = (conversation, message) => request("POST", messagePath(conversation, message, "accept-writer"), { body: {} });
export const draftFromReply = (conversation, message) => request("POST", messagePath(conversation, message, "draft"), { body: {} });
