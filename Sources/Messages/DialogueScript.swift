/// What an article asks of the customer, what it then calls, and what it offers afterwards: written in an article's front matter, run by the rules of a
/// conversation.
package struct DialogueScript: Sendable, Hashable {
    /// Asked in this order. A value that the customer's first message holds already is not asked for.
    package var slots: [Slot]
    package var call: Call?
    /// Asked before anything is called or said; the customer answers yes or no.
    package var confirm: AnswerTemplate?

    package init(slots: [Slot] = [], call: Call? = nil, confirm: AnswerTemplate? = nil) {
        self.slots = slots
        self.call = call
        self.confirm = confirm
    }

    /// One thing to ask for.
    package struct Slot: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            case text
            case orderNumber = "order_number"
            case email, date, amount, number, choice, phone
        }

        package var name: String
        package var kind: Kind
        package var question: String
        /// Shapes of an order number; one of them is to fit.
        package var patterns: [SlotPattern]
        /// Of a number or an amount the value, of a text its characters, of a date a day (`2026-03-02` or `today`).
        package var minimum: String?
        package var maximum: String?
        package var options: [String]
        /// Kept out of events, handoffs and what is said.
        package var isSensitive: Bool

        package init(
            name: String, kind: Kind, question: String, patterns: [SlotPattern] = [], minimum: String? = nil, maximum: String? = nil, options: [String] = [],
            isSensitive: Bool = false
        ) {
            self.name = name
            self.kind = kind
            self.question = question
            self.patterns = patterns
            self.minimum = minimum
            self.maximum = maximum
            self.options = options
            self.isSensitive = isSensitive
        }
    }

    /// One request to a company system, by the name that the settings give it.
    package struct Call: Sendable, Hashable {
        package var action: String
        /// Argument by name; the value is a slot's name.
        package var arguments: [Argument]
        /// What is said when the company system knows nothing of that name (404): the first argument is then asked for again. Nil hands over.
        package var notFound: String?

        package struct Argument: Sendable, Hashable {
            package var name: String
            package var slot: String

            package init(name: String, slot: String) {
                self.name = name
                self.slot = slot
            }
        }

        package init(action: String, arguments: [Argument], notFound: String? = nil) {
            self.action = action
            self.arguments = arguments
            self.notFound = notFound
        }
    }

    package func slot(_ name: String) -> Slot? { slots.first { $0.name == name } }

    package static let mostSlots = 10
    package static let mostOptions = 10
}

/// The shape of an order number: `#` is a digit, `@` a letter, `?` either, `{n}` or `{n,m}` repeats what stands before it, everything else stands for
/// itself. `BL-#{6}` fits `BL-123456`; upper and lower case, blanks and dashes make no difference.
///
/// Not a regular expression: it is read by people who write articles, and matching takes time in proportion to the text.
package struct SlotPattern: Sendable, Hashable, CustomStringConvertible {
    package enum Unit: Sendable, Hashable {
        case digit, letter, either
        /// A letter or digit that is to be there, in capitals.
        case exactly(UInt8)
        /// Between the others; put back when the value is written.
        case separator(UInt8)
    }

    package struct Part: Sendable, Hashable {
        package var unit: Unit
        package var least: Int
        package var most: Int
    }

    package let description: String
    package let parts: [Part]

    /// The most characters that a value may have.
    package static let longest = 40

    /// Nil when the text is no pattern: empty, longer than 40 characters at most, without any sign that varies, or with a stray brace.
    package init?(_ text: String) {
        var parts: [Part] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let unit: Unit
            switch byte {
            case UInt8(ascii: "#"): unit = .digit
            case UInt8(ascii: "@"): unit = .letter
            case UInt8(ascii: "?"): unit = .either
            case 0x30...0x39, 0x41...0x5A: unit = .exactly(byte)
            case 0x61...0x7A: unit = .exactly(byte & 0xDF)
            case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: " "): unit = .separator(byte)
            default: return nil
            }
            var part = Part(unit: unit, least: 1, most: 1)
            if rest.first == UInt8(ascii: "{") {
                guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
                let inner = String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self).split(separator: ",", omittingEmptySubsequences: false)
                guard (1...2).contains(inner.count), let least = Int(inner[0]), let most = Int(inner[inner.count - 1]), least >= 0, least <= most, most <= Self.longest else {
                    return nil
                }
                if case .separator = unit { return nil }
                (part.least, part.most) = (least, most)
                rest = rest[(end + 1)...]
            }
            parts.append(part)
        }
        func varies(_ part: Part) -> Bool {
            switch part.unit {
            case .digit, .letter, .either: part.most > 0
            case .exactly, .separator: false
            }
        }
        // More than three open lengths in a row could take long to fit.
        guard parts.contains(where: varies), parts.reduce(0, { $0 + $1.most }) <= Self.longest, parts.count(where: { $0.least != $0.most }) <= 3 else { return nil }
        description = text
        self.parts = parts
    }
}
