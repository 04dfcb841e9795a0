package import ChannelKit
import Conversations
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
    let contents: ContentFolder

    package init(store: Store, library: Library, courier: Courier, responder: Responder, feed: LiveFeed, metrics: Metrics, contents: ContentFolder) {
        self.store = store
        self.library = library
        self.courier = courier
        self.responder = responder
        self.feed = feed
        self.metrics = metrics
        self.contents = contents
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
        // Held until the row is there: nothing is removed meanwhile that it refers to.
        let brought = event.attachments.compactMap { attachment in attachment.content.map { (attachment, $0) } }
        let isLarge = raw.count > Self.largestRow
        let names = try await contents.keep(brought.map(\.1) + (isLarge ? [raw] : []))
        let files = zip(brought, names).map { item, name in
            StoredFile(name: FileName.shown(item.0.name ?? ""), mime: FileName.mediaType(item.0.mime), size: item.1.count, sha256: name)
        }
        let result: IngestResult
        do {
            result = try await store.ingest(
                Arrival(
                    channel: channel.name, channelKind: channel.kind, event: event, raw: isLarge ? .file(names[brought.count]) : .bytes(raw), files: files, considered: considered))
        } catch {
            await giveBack(names)
            throw error
        }
        if case .duplicate = result { await giveBack(names) } else { contents.release(names) }
        switch result {
        case .duplicate:
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

    /// Lets go of contents that no row of ours refers to.
    private func giveBack(_ names: [String]) async {
        guard !names.isEmpty else { return }
        contents.release(names)
        // What cannot be removed now is swept at the next start.
        _ = try? await store.discard(names, from: contents)
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
