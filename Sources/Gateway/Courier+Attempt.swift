import ChannelKit
import Messages
import Storage

extension Courier {
    /// One try, and what it means: the adapter's verdict, the schedule of the channel, and whether repeats are idempotent.
    func attempt(_ delivery: ClaimedDelivery, _ channel: Channel) async -> DeliveryOutcome {
        var message = delivery.message
        if Sabotage.isPlanted(.messageIDAtSend) { message.id = MessageID.make() }
        if message.text.utf8.count > channel.capabilities.maximumTextBytes {
            return .refused("the text is \(message.text.utf8.count) bytes long; this channel takes \(channel.capabilities.maximumTextBytes)")
        }
        for index in message.attachments.indices {
            guard let bytes = await content(of: message.attachments[index]) else { return .refused("a file of this reply cannot be read: run `centralino store check`") }
            message.attachments[index].content = bytes
        }
        do throws(DeliveryFailure) {
            let receipt = try await channel.adapter.deliver(message)
            return .delivered(externalID: receipt.externalID)
        } catch {
            return outcome(of: error, attempt: message.attempt, channel.capabilities)
        }
    }

    private func outcome(of failure: DeliveryFailure, attempt: Int, _ capabilities: ChannelCapabilities) -> DeliveryOutcome {
        switch failure.verdict {
        case .refused:
            return .refused(failure.explanation)
        case .waiting:
            return .waiting(failure.explanation)
        case .unknown where !capabilities.repeatsAreIdempotent:
            return .unknown(failure.explanation)
        case .unknown:
            return again(after: nil, attempt, capabilities, failure.explanation) ?? .unknown("\(failure.explanation); given up after \(attempt) tries")
        case .notSent(let retryAfter):
            return again(after: retryAfter, attempt, capabilities, failure.explanation) ?? .refused("\(failure.explanation); given up after \(attempt) tries")
        }
    }

    /// The next try by the channel's schedule, up to a fifth later so that many do not come at once, never before the channel asks for it.
    private func again(after retryAfter: Duration?, _ attempt: Int, _ capabilities: ChannelCapabilities, _ explanation: String) -> DeliveryOutcome? {
        guard attempt - 1 < capabilities.retrySchedule.count else { return nil }
        let scheduled = capabilities.retrySchedule[max(0, attempt - 1)]
        let jittered = scheduled + scheduled / 100 * Int.random(in: 0...20)
        return .again(at: Timestamp.now() + max(jittered, retryAfter ?? .zero), explanation)
    }
}

extension DeliveryOutcome {
    /// For metrics: a closed set.
    var label: String {
        switch self {
        case .delivered: "delivered"
        case .refused: "refused"
        case .unknown: "unknown"
        case .again: "again"
        case .waiting: "waiting"
        }
    }

    var isAgain: Bool {
        if case .again = self { true } else { false }
    }
}
