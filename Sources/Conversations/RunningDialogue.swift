package import Messages

/// Names one call to a company system for good; it is also what the company system tells a repeat by.
package typealias CallID = Identifier<RunningDialogue>

/// A dialogue in the middle: which article it is about, what was given so far, and what the bot waits for.
package struct RunningDialogue: Sendable, Hashable {
    package enum Stage: Sendable, Hashable {
        /// For the value of that name.
        case asking(String)
        /// For yes or no.
        case confirming
        /// For the company system.
        case calling(CallID)
    }

    package var article: String
    package var language: String
    package var title: String
    package var confidence: Double
    package var values: [SlotValue]
    package var stage: Stage
    /// Answers in a row to what is asked now that could not be used.
    package var failures = 0
    /// Other questions that were answered in between.
    package var interruptions = 0
    /// How often the company system knew nothing of what was given.
    package var notFound = 0
    /// When the bot last asked; nil in what an earlier version of the program kept.
    package var askedAt: Timestamp?
    /// What is called on a yes, as it stood when the customer was asked.
    package var call: PendingCall?

    package init(
        article: String, language: String, title: String, confidence: Double, values: [SlotValue] = [], stage: Stage, failures: Int = 0, interruptions: Int = 0,
        call: PendingCall? = nil
    ) {
        self.article = article
        self.language = language
        self.title = title
        self.confidence = confidence
        self.values = values
        self.stage = stage
        self.failures = failures
        self.interruptions = interruptions
        self.call = call
    }

    package func value(_ name: String) -> SlotValue? { values.first { $0.name == name } }

    mutating func set(_ value: SlotValue) {
        values.removeAll { $0.name == value.name }
        values.append(value)
    }
}

/// What a customer gave for one thing that was asked for.
package struct SlotValue: Sendable, Hashable {
    package var name: String
    package var value: String
    package var isSensitive: Bool

    package init(name: String, value: String, isSensitive: Bool = false) {
        self.name = name
        self.value = value
        self.isSensitive = isSensitive
    }

    /// As people and logs of events may see it.
    package var shown: String { isSensitive ? "•••" : value }
}

/// A request to a company system: the action of the settings and what goes into it.
package struct PendingCall: Sendable, Hashable {
    package var action: String
    package var arguments: [SlotValue]

    package init(action: String, arguments: [SlotValue]) {
        self.action = action
        self.arguments = arguments
    }
}

/// How a call ended.
package enum CallOutcome: Sendable, Hashable {
    /// The fields of the answer that the settings let through, as text.
    case answered([String: String])
    /// The company system knows nothing of that name (404).
    case notFound
    /// Certainly not carried out, or refused.
    case failed(String)
    /// It may have been carried out: nobody knows.
    case unknown(String)

    package var name: String {
        switch self {
        case .answered: "answered"
        case .notFound: "not-found"
        case .failed: "failed"
        case .unknown: "unknown"
        }
    }
}

/// The bot asks for a value or for a yes.
package struct DialoguePrompt: Sendable, Hashable {
    package var speech: Speech
    /// Said in one message with the event before it.
    package var isFurther: Bool
    /// The dialogue as it stands now.
    package var dialogue: RunningDialogue

    package init(speech: Speech, isFurther: Bool, dialogue: RunningDialogue) {
        self.speech = speech
        self.isFurther = isFurther
        self.dialogue = dialogue
    }
}

/// A call that is due from now on.
package struct RequestedCall: Sendable, Hashable {
    package var id: CallID
    package var call: PendingCall
    /// The dialogue that waits for it.
    package var dialogue: RunningDialogue

    package init(id: CallID, call: PendingCall, dialogue: RunningDialogue) {
        self.id = id
        self.call = call
        self.dialogue = dialogue
    }
}

package struct EndedCall: Sendable, Hashable {
    package var id: CallID
    package var action: String
    package var outcome: CallOutcome
    /// For the people who have the conversation by now; nil while the bot has it.
    package var note: Speech?

    package init(id: CallID, action: String, outcome: CallOutcome, note: Speech? = nil) {
        self.id = id
        self.action = action
        self.outcome = outcome
        self.note = note
    }
}
