package import ChannelKit
import Conversations
import Dispatch
import Glibc
import Logging
package import Messages
package import Storage

/// Takes events in from every channel: considers them, stores them, and only then says so.
package struct Intake: Sendable {
    /// Raw inputs above this many bytes are kept as files beside the database.
    private static let largestRow = 256 * 1024

    let store: Store
    let library: Library
    let courier: Courier
    let responder: Responder
    let feed: LiveFeed
    let metrics: Metrics
    let rawFolder: String

    package init(store: Store, library: Library, courier: Courier, responder: Responder, feed: LiveFeed, metrics: Metrics, rawFolder: String) {
        self.store = store
        self.library = library
        self.courier = courier
        self.responder = responder
        self.feed = feed
        self.metrics = metrics
        self.rawFolder = rawFolder
    }

    /// Stores one event for good. When it returns, the event is on disk, and so is the bot's reply if there was one to give.
    ///
    /// - Throws: `IntakeFailure`: nothing was stored and nothing may be acknowledged.
    package func accept(_ event: InboundEvent, raw: [UInt8], on channel: Channel) async throws -> Acceptance {
        if Sabotage.isPlanted(.acknowledgeBeforeCommit) {
            // The planted fault: nobody waits for the commit.
            Task { _ = try await store(event, raw, channel) }
            return .stored
        }
        responder.pressure.begin()
        defer { responder.pressure.end() }
        do {
            let acceptance = try await store(event, raw, channel)
            CrashPoint.pass(.beforeAcknowledgement)
            metrics.count("centralino_messages_total", "adapter=\"\(channel.kind)\",outcome=\"\(acceptance == .stored ? "stored" : "duplicate")\"")
            return acceptance
        } catch let failure as StorageFailure {
            metrics.count("centralino_messages_total", "adapter=\"\(channel.kind)\",outcome=\"not-stored\"")
            throw IntakeFailure(failure)
        }
    }

    private func store(_ event: InboundEvent, _ raw: [UInt8], _ channel: Channel) async throws -> Acceptance {
        let considered =
            event.kind == .message || event.kind == .button
            ? !responder.answersLater ? library.consider(ConsideredMessage(event, channel: channel)) : nil
            : nil
        var kept = Arrival.Raw.bytes(raw)
        var file: String?
        if raw.count > Self.largestRow {
            let name = MessageID.make().text
            let path = "\(rawFolder)/\(name)"
            try await onDisk { try SyncedFile.write(raw, to: path) }
            kept = .file(name)
            file = path
        }
        let result: IngestResult
        do {
            result = try await store.ingest(Arrival(channel: channel.name, channelKind: channel.kind, event: event, raw: kept, considered: considered))
        } catch {
            if let file { unlink(file) }
            throw error
        }
        switch result {
        case .duplicate:
            if let file { unlink(file) }
            return .duplicate
        case .stored(let change, let claimed, let answerDue):
            if let change { responder.follow(change) }
            if answerDue { responder.wakeUp() }
            if channel.capabilities.repliesAreAcknowledgements {
                for delivery in claimed { await courier.deliverNow(delivery) }
            } else {
                courier.dispatch(claimed)
            }
            return .stored
        }
    }

    /// File work off the event loops.
    private func onDisk(_ work: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
        }
    }

    /// The inbox of one channel.
    package func inbox(for channel: Channel) -> any Inbox {
        ChannelInbox(intake: self, channel: channel)
    }
}

private struct ChannelInbox: Inbox {
    let intake: Intake
    let channel: Channel

    func connected() async {}

    func accept(_ event: InboundEvent, raw: [UInt8]) async throws -> Acceptance {
        try await intake.accept(event, raw: raw, on: channel)
    }

    func reachable(_ recipient: String) async {
        await intake.courier.reachable(recipient, on: channel.name)
    }
}

extension IntakeFailure {
    init(_ failure: StorageFailure) {
        switch failure {
        case .diskFull(let text): self.init(.diskFull, text)
        case .busy(let text): self.init(.busy, text)
        case .failed(let text): self.init(.failed, text)
        }
    }
}
