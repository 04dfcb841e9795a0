import Conversations
import Gateway
import Messages
import Storage

/// How conversations look on the wire. Every field is listed: nothing gets out because it happens to be in a row.
extension ConversationListing {
    var json: JSON {
        var agent = JSON.null
        if case .agent(let id) = row.state.owner { agent = ["id": .string(id.text), "name": .text(agentName)] }
        var last = JSON.null
        if let text = row.lastText, let direction = row.lastDirection, let at = row.lastAt {
            last = ["text": .string(text), "direction": .string(direction), "created_at": .string(at.rfc3339)]
        }
        return [
            "id": .string(row.id.text),
            "subject": .text(row.subject),
            "channel": .string(row.channel),
            "channel_kind": .string(row.channelKind),
            "customer": ["id": .string(row.customer.text), "name": .text(customerName)],
            "owner": ["kind": .string(row.state.owner.name), "agent": agent],
            "status": row.state.owner == .nobody ? "closed" : "open",
            "language": .text(row.state.language),
            "last_message": last,
            "waiting_since": .text(row.waitingSince?.rfc3339),
            "promised_at": .text(row.promisedAt?.rfc3339),
            "created_at": .string(row.createdAt.rfc3339),
            "updated_at": .string(row.updatedAt.rfc3339),
        ]
    }
}

extension ConversationDetail {
    var json: JSON {
        [
            "conversation": listing.json,
            "customer": ["id": .string(customer.id.text), "name": .text(customer.name), "identities": .array(customer.identities.map(\.json))],
            "handoff": listing.row.handoff.map(Self.handoff) ?? .null,
            "participants": .array(participants.map(\.json)),
            "messages": .array(messages.map { $0.json(participants: Set(participants.map(\.address))) }),
        ]
    }

    private static func handoff(_ stored: JSON) -> JSON {
        func kept(_ item: JSON, _ names: [String]) -> JSON { .object(names.map { JSON.Member($0, item[$0] ?? .null) }) }
        var packet = kept(stored, ["reason", "goal", "language"])
        packet["facts"] = .array((stored["facts"]?.array ?? []).map { kept($0, ["name", "value"]) })
        packet["tried"] = .array((stored["tried"]?.array ?? []).map { kept($0, ["article", "title", "confidence"]) })
        packet["promised_at"] = stored["promised_at"] ?? .null
        packet["created_at"] = stored["created_at"] ?? .null
        return packet
    }
}

extension IdentityView {
    var json: JSON { ["channel": .string(channel), "address": .string(address), "evidence": .string(evidence), "strength": .string(strength)] }
}

extension ParticipantView {
    var json: JSON { ["address": .string(address), "name": .text(name), "accepted_by": .text(acceptedBy), "accepted_at": .string(acceptedAt.rfc3339)] }
}

extension MessageView {
    /// - Parameter participants: addresses of those who take part besides the customer.
    func json(participants: Set<String>) -> JSON {
        // What a customer took back is not shown any more; that there was something is.
        let shown = isDeleted ? nil : details
        return [
            "id": .string(id.text),
            "seq": .integer(seq),
            "direction": .string(direction),
            "author": ["kind": .string(authorKind), "name": .text(authorName)],
            "text": .string(isDeleted ? "" : text),
            "full_text": shown?["extras"]?["full_text"]?.string.map(JSON.string) ?? .null,
            "notes": .array((shown?["notes"]?.array ?? []).filter { $0.string != nil }),
            "verification": shown?["verification"].flatMap { $0.isNull ? nil : Self.verification($0) } ?? .null,
            "article": shown?["article"]?.string.map(article) ?? .null,
            "question": isDeleted ? .null : .text(question?.text),
            "review": review?.json ?? .null,
            // Once let in, what somebody wrote before has no banner any more, unless it was perhaps written by somebody else.
            "outsider": shown?["outsider"]?.string.flatMap { isParticipant(of: participants) ? nil : .string($0) } ?? .null,
            "participant": isParticipant(of: participants) ? .text(otherWriter) : .null,
            "copied": .array((shown?["extras"]?["copied"]?.array ?? []).filter { $0.string != nil }),
            "attachments": .array((shown?["attachments"]?.array ?? []).map(Self.attachment)),
            "has_original": .bool(shown?["extras"]?["original"]?.string != nil),
            "has_html": .bool(shown?["extras"]?["html"] == true),
            "delivery": delivery?.json ?? .null,
            "created_at": .string(createdAt.rfc3339),
            "edited": .bool(isEdited),
            "deleted": .bool(isDeleted),
        ]
    }

    private func isParticipant(of participants: Set<String>) -> Bool {
        !isDeleted && otherWriter.map(participants.contains) ?? false && details?["verification"]?["verdict"] != "failed"
    }

    private func article(_ id: String) -> JSON {
        ["id": .string(id), "title": details?["title"] ?? .null, "version": details?["version"] ?? .null, "confidence": details?["confidence"] ?? .null]
    }

    private static func verification(_ stored: JSON) -> JSON { ["verdict": stored["verdict"] ?? .null, "explanation": stored["explanation"] ?? .null] }

    private static func attachment(_ stored: JSON) -> JSON {
        [
            // As strangers call it, made harmless.
            "name": stored["name"]?.string.map { .string(FileName.shown($0)) } ?? .null, "mime": stored["mime"] ?? .null, "size": stored["size"] ?? .null,
            // Ours names what came with the message; a provider's reference is none of the browser's business.
            "sha256": stored["ref"]?.string.flatMap { $0.hasPrefix("sha256:") ? .string(String($0.dropFirst(7))) : nil } ?? .null,
        ]
    }
}

extension MessageView.Delivery {
    var json: JSON { ["state": .string(state), "attempts": .integer(Int64(attempts)), "explanation": .text(explanation)] }
}
