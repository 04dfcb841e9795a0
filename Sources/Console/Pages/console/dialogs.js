// Questions and help over the page, as <dialog>: the browser keeps the focus inside and gives it back.

import { el } from "./dom.js";
import { t } from "./strings.js";

/** Shows `dialog` until it is closed; resolves to its `returnValue`. */
export function ask(dialog) {
    return new Promise(resolve => {
        dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue); });
        // A press beside the box is a press on the dialog itself.
        dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(""); });
        document.body.append(dialog);
        dialog.showModal();
    });
}

/** Whether the person agrees. */
export async function confirmed({ title, texts, yes, danger = false }) {
    const dialog = el("dialog", { "aria-labelledby": "dialog-title", "aria-describedby": "dialog-text", test: "dialog" },
        el("div", { class: "box" },
            el("h2", { id: "dialog-title", text: title }),
            el("div", { id: "dialog-text" }, texts.filter(Boolean).map(text => el("p", { text }))),
            el("div", { class: "buttons" },
                el("button", { type: "button", text: t("cancel"), test: "cancel", on: { click: () => dialog.close("") } }),
                el("button", { type: "button", autofocus: true, class: danger ? "danger" : "primary", text: yes, test: "confirm", on: { click: () => dialog.close("yes") } }))));
    return await ask(dialog) === "yes";
}

const remembered = "centralino.single-keys";
let singleKeys = (() => {
    try { return localStorage.getItem(remembered) !== "off"; } catch { return true; } // Not remembered where storage is forbidden.
})();

/** Whether single letters are shortcuts. They can be switched off: speech input "types" letters (WCAG 2.1.4). */
export const singleKeysOn = () => singleKeys;

export function showHelp() {
    const or = t("keyOr");
    const rows = [
        [["J", "↓"], t("keyNext")], [["K", "↑"], t("keyPrevious")], [["Enter"], t("keyOpen")], [["1 … 5"], t("keyTabs")],
        [["T"], t("keyTake")], [["R"], t("keyReply")], [["N"], t("keyNote")], [["B"], t("keyBack")], [["C"], t("keyClose")],
        [["Ctrl+Enter", "⌘+Enter"], t("keySend")], [["Esc"], t("keyEscape")], [["?"], t("keyHelp")],
    ];
    const box = el("input", {
        type: "checkbox", checked: singleKeys, on: {
            change: () => {
                singleKeys = box.checked;
                try { localStorage.setItem(remembered, singleKeys ? "on" : "off"); } catch { /* See above. */ }
            },
        },
    });
    const dialog = el("dialog", { "aria-labelledby": "dialog-title", test: "help-dialog" },
        el("div", { class: "box" },
            // The heading has the focus, not the button at the end: the help is read from its beginning.
            el("h2", { id: "dialog-title", tabindex: "-1", autofocus: true, text: t("helpTitle") }),
            el("dl", { class: "keys" }, rows.map(([keys, text]) => el("div", {},
                el("dt", {}, keys.flatMap((key, index) => [index > 0 && ` ${or} `, el("kbd", { text: key })])),
                el("dd", { text })))),
            el("label", { class: "check" }, box, el("span", { text: t("singleKeys") })),
            el("div", { class: "buttons" },
                el("button", { type: "button", class: "primary", text: t("closeHelp"), test: "help-close", on: { click: () => dialog.close("") } }))));
    return ask(dialog);
}
