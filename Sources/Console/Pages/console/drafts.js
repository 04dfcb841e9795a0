// What an agent is writing, kept per conversation for as long as the tab lives: a reload or an ended session loses no words.

const prefix = "centralino.draft.";
// Where the browser forbids storage, drafts live as long as the page.
const memory = new Map();

function read(key) {
    try { return sessionStorage.getItem(key); } catch { return memory.get(key) ?? null; }
}

function write(key, value) {
    try {
        if (value === null) sessionStorage.removeItem(key);
        else sessionStorage.setItem(key, value);
    } catch {
        if (value === null) memory.delete(key);
        else memory.set(key, value);
    }
}

/** One text on its way: `kind` is reply or note. */
export class Draft {
    #storage;
    #state = { text: "", key: null, tried: null };

    constructor(agent, conversation, kind) {
        this.#storage = `${prefix}${agent}.${conversation}.${kind}`;
        try {
            const kept = JSON.parse(read(this.#storage) ?? "null");
            if (typeof kept?.text === "string") this.#state = { text: kept.text, key: kept.key ?? null, tried: kept.tried ?? null };
        } catch { /* Not ours: begin empty. */ }
    }

    get text() { return this.#state.text; }
    set text(value) {
        this.#state.text = value;
        this.#save();
    }

    /**
     * The idempotency key for sending the text as it stands. It stays the same for the same text, so that a second try
     * after a broken connection is one reply; a changed text is a new reply and gets a new key.
     */
    keyForSending(files = []) {
        const whole = [...files, this.#state.text].join("\n");
        if (this.#state.key === null || this.#state.tried !== whole) {
            this.#state.key = uuid();
            this.#state.tried = whole;
            this.#save();
        }
        return this.#state.key;
    }

    clear() {
        this.#state = { text: "", key: null, tried: null };
        write(this.#storage, null);
    }

    #save() {
        write(this.#storage, this.#state.text === "" && this.#state.key === null ? null : JSON.stringify(this.#state));
    }
}

/** Forgets every draft, on signing out: the next person at this screen must not find them. */
export function forgetDrafts() {
    memory.clear();
    try {
        for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
    } catch { /* No storage, nothing to forget. */ }
}

/** A random UUID (version 4). `crypto.randomUUID` is missing on plain http outside loopback; random bytes are not. */
function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
