import Conversations
import Gateway
import HTTP
import HTTPTypes
import Messages
import Storage

/// The live stream: tells a console which conversations changed, after the commit. It says that something changed, never what: the console
/// asks for it, and is answered what it may see.
struct EventRoutes: Sendable {
    let feed: LiveFeed
    let authentication: Authentication
    let settings: ConsoleSettings

    private enum Signal: Sendable {
        case update(LiveFeed.Update?)
        case tick
    }

    func register(on api: inout API) {
        api.signedIn(.get, "/events") { request, _, caller in
            let last = try request.only("last-event-id")
            // Before the answer begins: what changes from here on is in the stream, or the console would miss what comes while it loads.
            let updates = feed.subscribe(after: last.flatMap { $0.utf8.count <= 128 ? $0 : "" })
            var response = ServerResponse.events { writer in try await run(updates, caller, writer) }
            response.fields[.cacheControl] = "no-store"
            return response
        }
    }

    /// Ends when the client goes, when it is too slow, and soon after the session has ended.
    private func run(_ updates: AsyncStream<LiveFeed.Update>, _ caller: Caller, _ writer: ResponseWriter) async throws {
        try await writer.write("retry: 2000\n\n")
        let clock = ContinuousClock()
        var written = clock.now
        try await withThrowingTaskGroup(of: Signal.self) { group in
            defer { group.cancelAll() }
            // One task waits for the feed and one for the clock; whatever comes is written here, by one task at a time.
            func waitForUpdate() {
                group.addTask {
                    var iterator = updates.makeAsyncIterator()
                    return .update(await iterator.next())
                }
            }
            func waitForTick() {
                group.addTask {
                    try await Task.sleep(for: min(settings.recheck, settings.ping))
                    return .tick
                }
            }
            waitForUpdate()
            waitForTick()
            while let signal = try await group.next() {
                switch signal {
                case .update(nil):
                    return
                case .update(let update?):
                    try await writer.write(Self.text(of: update))
                    written = clock.now
                    waitForUpdate()
                case .tick:
                    // A store that cannot say that the session holds ends the stream, too; the browser comes back.
                    guard try await authentication.stillHolds(caller) else { return }
                    if clock.now - written >= settings.ping {
                        try await writer.write(": still here\n\n")
                        written = clock.now
                    }
                    waitForTick()
                }
            }
        }
    }

    /// `event: conversation` names a conversation and its owner, `event: article` an article and what happened to it; `event: reset` means that something
    /// was missed.
    private static func text(of update: LiveFeed.Update) -> String {
        switch update {
        case .change(let item):
            switch item.change {
            case .conversation(let change):
                let data: JSON = ["id": .string(change.conversation.text), "seq": .integer(change.seq), "owner": .string(change.owner.name)]
                return "id: \(item.id)\nevent: conversation\ndata: \(data.text)\n\n"
            case .article(let change):
                let data: JSON = [
                    "id": .string(change.key.id), "language": .string(change.key.language), "kind": .string(change.kind.rawValue), "version": .text(change.version),
                ]
                return "id: \(item.id)\nevent: article\ndata: \(data.text)\n\n"
            }
        case .reset(let id):
            return "id: \(id)\nevent: reset\ndata: {}\n\n"
        }
    }
}
