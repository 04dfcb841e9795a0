import Messages

/// What the bot says in dialogues.
extension Phrases {
    /// Before the notice of a handoff, where somebody may be in danger.
    var danger: String {
        italian ? "Se qualcuno è in pericolo o sta male, chiama subito il 112." : "If anyone is in danger or hurt, call your emergency number (112 in Europe) now."
    }

    var cancelled: String {
        italian ? "Va bene, non faccio nulla. Se serve altro, scrivi pure." : "All right, I won't do anything. Just write if there is anything else."
    }

    var stillWaiting: String { italian ? "Sto ancora verificando: un momento, per favore." : "I'm still checking: one moment, please." }

    var hello: String { italian ? "Ciao!" : "Hello!" }

    var welcome: String { italian ? "Prego!" : "You're welcome!" }

    var yesOrNo: String { italian ? "(sì / no)" : "(yes / no)" }

    var notUnderstood: String { italian ? "Rispondi «sì» o «no», per favore." : "Please answer \"yes\" or \"no\"." }

    var sorry: String { italian ? "Mi dispiace davvero per il disagio." : "I'm truly sorry for the trouble." }

    var orAPerson: String { italian ? "Se preferisci parlare con una persona, scrivi «operatore»." : "If you would rather talk to a person, write \"human\"." }

    func backTo(_ title: String) -> String { italian ? "Torniamo a «\(title)»." : "Back to \"\(title)\"." }

    func followUps(_ titles: [String]) -> String {
        let lines = titles.enumerated().map { "\($0.offset + 1). \($0.element)" }.joined(separator: "\n")
        return italian ? "Ti può servire anche (rispondi con il numero):\n\(lines)" : "You may also want (answer with the number):\n\(lines)"
    }

    func confirm(_ title: String, _ values: [String]) -> String {
        let details = values.isEmpty ? "" : " (\(values.joined(separator: ", ")))"
        return italian ? "Procedo con «\(title)»\(details)?" : "Shall I go ahead with \"\(title)\"\(details)?"
    }

    /// Questions that a person takes over, beside others that were answered.
    func handedOver(_ questions: [String], within: Duration) -> String {
        let named = questions.map { "«\($0)»" }.joined(separator: ", ")
        return italian
            ? "Su \(named) non sono sicuro: lo passo a una persona, che risponderà qui entro \(waiting(within))."
            : "I'm not sure about \(named), so I'm passing it to a person, who will answer here within \(waiting(within))."
    }

    /// For the people who have the conversation when a call ends.
    func callNote(_ action: String, _ outcome: CallOutcome) -> String {
        "\(italian ? "Azione" : "Action") \(action): \(outcome.explanation)"
    }

    /// A value as the customer reads it.
    func shown(_ value: String, _ kind: DialogueScript.Slot.Kind) -> String {
        switch kind {
        case .date: CalendarDay(value)?.spelled(inItalian: italian) ?? value
        case .amount: italian ? String(value.map { $0 == "." ? "," : $0 }) : value
        default: value
        }
    }

    /// Why an answer cannot be used, with what would do.
    func problem(_ problem: SlotReading.Problem, _ slot: DialogueScript.Slot, question: String) -> String {
        let why: String =
            switch problem {
            case .missing: missing(slot)
            case .ambiguousDate: "I can't tell day and month apart: please write the month as a word, such as 3 April."
            case .noSuchDate: italian ? "Questo giorno non c'è nel calendario." : "There is no such day in the calendar."
            case .tooEarly(let day): italian ? "Il giorno deve essere dal \(shown(day, .date)) in poi." : "The day must be \(shown(day, .date)) or later."
            case .tooLate(let day): italian ? "Il giorno può essere al più tardi il \(shown(day, .date))." : "The day must be \(shown(day, .date)) at the latest."
            case .tooSmall(let least): italian ? "Deve essere almeno \(shown(least, slot.kind))." : "It must be \(least) at least."
            case .tooLarge(let most): italian ? "Può essere al massimo \(shown(most, slot.kind))." : "It must be \(most) at most."
            case .tooShort(let count): italian ? "Servono almeno \(count) caratteri." : "At least \(count) characters are needed."
            case .tooLong(let count): italian ? "Sono possibili al massimo \(count) caratteri." : "At most \(count) characters are possible."
            }
        return "\(italian ? "Mi dispiace" : "Sorry"): \(why.prefix(1).lowercased() == "i" && !italian ? why : lowered(why))\n\(question)"
    }

    private func missing(_ slot: DialogueScript.Slot) -> String {
        switch slot.kind {
        case .text: italian ? "Non ho capito." : "I did not understand that."
        case .orderNumber:
            italian ? "Non vedo un numero come \(Self.example(slot.patterns.first))." : "I can't see a number like \(Self.example(slot.patterns.first))."
        case .email: italian ? "Non vedo un indirizzo e-mail, come nome@esempio.it." : "I can't see an e-mail address, such as name@example.com."
        case .date: italian ? "Non vedo una data, come 12 marzo oppure domani." : "I can't see a date, such as 12 March or tomorrow."
        case .amount: italian ? "Non vedo un importo, come 49,90." : "I can't see an amount, such as 49.90."
        case .number: italian ? "Non vedo un numero." : "I can't see a number."
        case .choice: italian ? "Scegli una delle possibilità, con il numero o il nome." : "Please choose one of the options, by its number or name."
        case .phone: italian ? "Non vedo un numero di telefono." : "I can't see a phone number."
        }
    }

    /// A first letter in lower case, for what stands behind a colon; "I" stays.
    private func lowered(_ text: String) -> String {
        text.prefix(1).lowercased() + text.dropFirst()
    }

    /// What a number of that shape looks like: digits counted up, letters from the alphabet.
    static func example(_ pattern: SlotPattern?) -> String {
        guard let pattern else { return "…" }
        var digit: UInt8 = 0
        var letter: UInt8 = 0
        var out: [UInt8] = []
        for part in pattern.parts {
            for _ in 0..<max(part.least, min(1, part.most)) {
                switch part.unit {
                case .digit, .either:
                    digit = digit % 9 + 1
                    out.append(0x30 + digit)
                case .letter:
                    out.append(0x41 + letter % 26)
                    letter += 1
                case .exactly(let byte), .separator(let byte): out.append(byte)
                }
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
