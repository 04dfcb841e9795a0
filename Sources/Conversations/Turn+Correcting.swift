import Messages

/// What a customer takes back in the middle of a dialogue.
extension Turn {
    /// What the message says of the thing; where it takes its own beginning back, what it says last.
    func read(_ text: String, _ slot: DialogueScript.Slot, _ running: RunningDialogue) -> SlotReading {
        let whole = SlotReading.read(text, as: slot, setting(running.language))
        switch slot.kind {
        case .text:
            // "Yes" is no address.
            return slot.minimum != nil && ShortReply(text) != nil ? .wrong(.missing) : whole
        case .choice:
            return whole
        case .orderNumber, .email, .date, .amount, .number, .phone:
            for tail in Correction.tails(of: text) {
                if case .value(let value, let isWhole) = SlotReading.read(tail, as: slot, setting(running.language)) { return .value(value, isWhole: isWhole) }
            }
            return whole
        }
    }

    /// The dialogue with another value for something that was given before, or without one that was only corrected in part; nil when the text holds none.
    func corrected(_ text: String, _ running: RunningDialogue, _ script: DialogueScript) -> RunningDialogue? {
        // What has a form of its own first: any words may be an address, "the order is BL-222222" as well.
        for slot in script.slots.filter({ $0.kind != .text }) + script.slots.filter({ $0.kind == .text }) {
            guard let old = running.value(slot.name), let said = slot.kind == .text ? corrected(text, old) : text else { continue }
            guard case .value(let value, _) = read(said, slot, running), value != old.value else { continue }
            var changed = running
            changed.set(SlotValue(name: slot.name, value: value, isSensitive: slot.isSensitive))
            // "No, 14 Station Road" for a whole address: asked for again rather than cut short.
            if slot.kind == .text, PlainWords(value).words.count + 1 < PlainWords(old.value).words.count { changed.values.removeAll { $0.name == slot.name } }
            // Asked about once more with what is true now.
            return changed
        }
        return nil
    }

    /// The words that may take the place of others. After a mere "no" they must look like them: "no, I don't want that" is no address.
    private func corrected(_ text: String, _ old: SlotValue) -> String? {
        if let said = considered.correction { return said }
        guard let said = Correction.afterNo(text), !PlainWords(said).isQuestion, old.value.contains(where: \.isNumber), said.contains(where: \.isNumber) else { return nil }
        return said
    }
}
