// Files that go with a reply: brought to the server when they are chosen, taken along when it is sent.

import { upload } from "./api.js";
import { announce, clearError, el, foreign, showError } from "./dom.js";
import { size } from "./format.js";
import { t } from "./strings.js";

const most = 10;
/** Bytes of one file, as the server takes them. */
const largest = 10 * 1024 * 1024;

export class Attachments {
    #files = [];
    #busy = 0;

    constructor() {
        this.input = el("input", { type: "file", multiple: true, hidden: true, test: "attach-input", on: { change: () => this.#bring([...this.input.files]) } });
        this.button = el("button", { type: "button", class: "small", test: "attach", text: t("attach"), on: { click: () => this.input.click() } });
        this.list = el("ul", { class: "attachments", role: "list", "aria-label": t("attachments") });
        this.node = el("div", {}, this.input, this.list);
    }

    /** What the server calls them. */
    get ids() { return this.#files.map(file => file.id); }

    /** Whether one is still on its way. */
    get isBusy() { return this.#busy > 0; }

    clear() {
        this.#files = [];
        this.#show();
    }

    async #bring(chosen) {
        this.input.value = "";
        clearError();
        for (const file of chosen) {
            if (this.#files.length >= most) return showError(t("attachTooMany", { count: most }), t("dismiss"));
            if (file.size > largest) {
                showError(t("attachTooLarge", { name: file.name, size: size(largest) }), t("dismiss"));
                continue;
            }
            this.#busy += 1;
            this.button.setAttribute("aria-disabled", "true");
            try {
                const kept = await upload(file);
                this.#files.push(kept);
                this.#show();
                announce(t("attached", { name: kept.name }));
            } catch (failure) {
                if (failure.status !== 401) showError(failure.words ?? String(failure), t("dismiss"));
            } finally {
                this.#busy -= 1;
                this.button.removeAttribute("aria-disabled");
            }
        }
    }

    #show() {
        this.list.replaceChildren(...this.#files.map(file => el("li", { test: "attached" },
            foreign(file.name, { class: "file" }), " ", el("span", { class: "role", text: size(file.size) }), " ",
            el("button", {
                type: "button", class: "quiet", "aria-label": t("attachRemove", { name: file.name }), text: "✕",
                on: { click: () => { this.#files = this.#files.filter(other => other !== file); this.#show(); } },
            }))));
    }
}
