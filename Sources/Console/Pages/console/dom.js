// Elements without markup: everything that is shown is made here, and foreign text can only become a text node.

/**
 * Makes an element. `props`: `text` is its text; `on` maps event names to listeners; `test` is the hook of the end-to-end
 * tests; `true` sets an empty attribute; `false`, null and undefined leave it out; the rest are attributes by their names.
 */
export function el(name, props = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(props)) {
        if (value === undefined || value === null || value === false) continue;
        if (key === "text") node.textContent = value;
        else if (key === "test") node.dataset.test = value;
        else if (key === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
        else node.setAttribute(key, value === true ? "" : String(value));
    }
    node.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
    return node;
}

/** Text for screen readers only. */
export const unseen = text => el("span", { class: "unseen", text });

/** A sign that says again in a shape what the words beside it say; screen readers skip it. */
export const glyph = text => el("span", { class: "glyph", "aria-hidden": "true", text });

/**
 * A name or an address written by a stranger: isolated from the direction of the text around it, and without the
 * characters that turn direction round (U+202A–202E, U+2066–2069), with which "gpj.exe" can be made to read "exe.jpg".
 */
export function foreign(text, props = {}) {
    return el("bdi", { ...props, text: plain(text) });
}

/** The same for places that take a string. */
export const plain = text => String(text ?? "").replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]+/gu, " ").trim();

/** Makes `parent` hold exactly `nodes`, in order, without touching those that are in their place: they keep focus and scroll. */
export function place(parent, nodes) {
    const wanted = new Set(nodes);
    for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
    nodes.forEach((node, index) => {
        if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
    });
}

/**
 * Runs `work` soon after it is asked for, at most once every `interval` milliseconds and never twice at a time, however
 * often it is asked: a burst of events costs one request.
 */
export function gather(work, interval) {
    let timer = null, running = false, again = false, stopped = false;
    async function run() {
        timer = null;
        running = true;
        try { await work(); } finally { running = false; }
        if (again && !stopped) { again = false; timer = setTimeout(run, interval); }
    }
    const ask = () => {
        if (running) again = true;
        else if (timer === null && !stopped) timer = setTimeout(run, interval);
    };
    ask.stop = () => { stopped = true; clearTimeout(timer); };
    return ask;
}

const statusRegion = document.getElementById("status");
const errorRegion = document.getElementById("errors");

/** Says in the polite live region what just happened. */
export function announce(text) {
    statusRegion.textContent = "";
    // The same text twice would be no change, and no change is not read out.
    setTimeout(() => { statusRegion.textContent = text; }, 50);
}

/** Shows and reads out an error; it stays until it is dismissed, until `clearError`, or until the next one. */
export function showError(text, dismissLabel) {
    errorRegion.replaceChildren(
        el("p", { text }),
        el("button", { type: "button", class: "quiet", "aria-label": dismissLabel, text: "✕", on: { click: clearError } }));
}

export function clearError() {
    errorRegion.replaceChildren();
}
