import Conversations
import Messages

/// How a running dialogue is kept in a conversation's memory.
extension RunningDialogue {
    var json: JSON {
        var members: [JSON.Member] = [
            .init("article", .string(article)), .init("language", .string(language)), .init("title", .string(title)), .init("confidence", .number(confidence)),
            .init("values", .array(values.map(\.json))), .init("failures", .integer(Int64(failures))), .init("interruptions", .integer(Int64(interruptions))),
            .init("not_found", .integer(Int64(notFound))), .init("stage", .string(stageName)),
        ]
        switch stage {
        case .asking(let slot): members.append(.init("slot", .string(slot)))
        case .calling(let id): members.append(.init("call_id", .string(id.text)))
        case .confirming: break
        }
        if let askedAt { members.append(.init("asked_at", .integer(askedAt.microseconds))) }
        if let call { members.append(.init("call", call.json)) }
        return .object(members)
    }

    /// Nil for JSON that holds no dialogue: the conversation then goes on without one.
    init?(_ json: JSON) {
        guard let article = json["article"]?.string, let language = json["language"]?.string else { return nil }
        let stage: Stage
        switch json["stage"]?.string {
        case "asking": stage = .asking(json["slot"]?.string ?? "")
        case "confirming": stage = .confirming
        case "calling": stage = .calling(CallID(json["call_id"]?.string ?? ""))
        default: return nil
        }
        self.init(
            article: article, language: language, title: json["title"]?.string ?? "", confidence: json["confidence"]?.number ?? 0,
            values: (json["values"]?.array ?? []).map(SlotValue.init), stage: stage, failures: Int(json["failures"]?.integer ?? 0),
            interruptions: Int(json["interruptions"]?.integer ?? 0), call: json["call"].map(PendingCall.init))
        notFound = Int(json["not_found"]?.integer ?? 0)
        askedAt = json["asked_at"]?.integer.map(Timestamp.init(microseconds:))
    }

    /// For the log of events: what is asked for and what was given, the sensitive left out.
    var shown: JSON {
        var members: [JSON.Member] = [.init("article", .string(article)), .init("stage", .string(stageName))]
        if case .asking(let slot) = stage { members.append(.init("slot", .string(slot))) }
        members.append(.init("failures", .integer(Int64(failures))))
        members.append(.init("values", .object(values.map { .init($0.name, .string($0.shown)) })))
        return .object(members)
    }

    private var stageName: String {
        switch stage {
        case .asking: "asking"
        case .confirming: "confirming"
        case .calling: "calling"
        }
    }
}

extension SlotValue {
    var json: JSON {
        isSensitive
            ? ["name": .string(name), "value": .string(value), "sensitive": true] : ["name": .string(name), "value": .string(value)]
    }

    init(_ json: JSON) {
        self.init(name: json["name"]?.string ?? "", value: json["value"]?.string ?? "", isSensitive: json["sensitive"]?.bool ?? false)
    }
}

extension PendingCall {
    var json: JSON { ["action": .string(action), "arguments": .array(arguments.map(\.json))] }

    init(_ json: JSON) {
        self.init(action: json["action"]?.string ?? "", arguments: (json["arguments"]?.array ?? []).map(SlotValue.init))
    }
}

extension CallOutcome {
    var json: JSON {
        switch self {
        case .answered(let fields): .object(fields.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
        case .notFound: .null
        case .failed(let why), .unknown(let why): .string(why)
        }
    }
}
