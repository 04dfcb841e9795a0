// The welcome page without this script is whole and names the defaults. With it: the language of the browser, the real
// addresses and keys of this server, and buttons that copy a command.

const remembered = "centralino.language";
const words = {
    it: { copy: "Copia", copied: "Copiato", failed: "Selezionato: premi Ctrl + C" },
    en: { copy: "Copy", copied: "Copied", failed: "Selected: press Ctrl + C" },
};
const status = document.getElementById("status");

/** The chosen language, `it` or `en`; the style sheet shows its half of the page. */
const language = () => document.getElementById("it").checked ? "it" : "en";

function recall() {
    try { return localStorage.getItem(remembered); } catch { return null; } // Forbidden storage: ask the browser below.
}

function speak() {
    document.documentElement.lang = language();
    for (const button of document.querySelectorAll("button.copy")) button.textContent = words[language()].copy;
}

const first = recall() ?? (navigator.languages ?? []).map(tag => tag.slice(0, 2).toLowerCase()).find(code => Object.hasOwn(words, code));
if (first === "it") document.getElementById("it").checked = true;
else if (first === "en") document.getElementById("en").checked = true;

for (const radio of document.querySelectorAll("[name=language]")) {
    radio.addEventListener("change", () => {
        try { localStorage.setItem(remembered, language()); } catch { /* See recall(). */ }
        speak();
    });
}

async function copy(pre, button) {
    // innerText, not textContent: only the words of the language that is shown.
    const text = pre.innerText.trimEnd();
    let copied = true;
    try {
        await navigator.clipboard.writeText(text);
    } catch {
        // No clipboard on plain http outside loopback: select it, and the keys do the rest.
        getSelection().selectAllChildren(pre);
        copied = false;
    }
    button.textContent = words[language()][copied ? "copied" : "failed"];
    status.textContent = button.textContent;
    setTimeout(() => { button.textContent = words[language()].copy; status.textContent = ""; }, 2500);
}

for (const pre of document.querySelectorAll("pre")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.dataset.test = pre.dataset.test.replace("command", "copy");
    button.addEventListener("click", () => copy(pre, button));
    // Beside the words that introduce the command, in both languages.
    const head = document.createElement("div");
    head.className = "command-head";
    pre.before(head);
    while (head.previousElementSibling?.matches("p")) head.prepend(head.previousElementSibling);
    head.append(button);
}

/** Safe between the single quotes of a shell line. */
const quoted = text => String(text).replaceAll("'", "'\\''");

/** An address as a person at this browser reaches it: a server that listens everywhere is reached by the name in the address bar. */
function reachable(address) {
    const colon = address.lastIndexOf(":");
    const [host, port] = [address.slice(0, colon), address.slice(colon + 1)];
    const everywhere = ["", "0.0.0.0", "[::]", "*"].includes(host);
    return { host: everywhere ? location.hostname : host, port };
}

function fill(facts) {
    const values = { mail_address: facts.mail_address, webhook_url: facts.webhook_url, webhook_key: facts.webhook_key, console_url: facts.console_url };
    if (facts.smtp) {
        const { host, port } = reachable(facts.smtp);
        values.smtp = `${host}:${port}`;
    }
    if (facts.line) {
        const { host, port } = reachable(facts.line);
        values.line_host = host.replace(/^\[|\]$/g, "");
        values.line_port = port;
    }
    for (const span of document.querySelectorAll("[data-value]")) {
        const value = values[span.dataset.value];
        if (value) span.textContent = span.closest("pre") ? quoted(value) : value;
    }
    for (const section of document.querySelectorAll("[data-needs]")) section.hidden = !facts[section.dataset.needs];
    document.getElementById("webhook").hidden = !facts.webhook_url;
    if (!facts.mail_address) document.getElementById("mail").hidden = true;
    for (const node of document.querySelectorAll("[data-no-key]")) node.hidden = Boolean(facts.webhook_key);
    for (const node of document.querySelectorAll("[data-demo]")) node.hidden = !facts.demo;
    for (const link of document.querySelectorAll("[data-link]")) {
        const target = URL.parse?.(facts[link.dataset.link], location.href) ?? null;
        if (target && /^https?:$/.test(target.protocol)) link.href = target.href;
    }
}

speak();
try {
    const answer = await fetch("/api/v1/welcome", { headers: { accept: "application/json" }, cache: "no-store" });
    if (answer.ok) fill(await answer.json());
} catch { /* The defaults stay. */ }
