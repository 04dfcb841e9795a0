import ChannelKit
import Gateway
import Glibc
import HTTP
import HTTPTypes
import Messages
import Storage
import Wire

/// `/healthz`, `/readyz` and `/metrics`: for what watches the program.
struct OperationsRoutes {
    let store: Store
    let loops: EventLoopGroup
    let supervisor: Supervisor
    let courier: Courier
    let feed: LiveFeed
    let metrics: Metrics
    let listeners: [(name: String, listener: Listener)]

    /// A loop that has not turned for this long is stuck: loops turn at least once a second.
    private static let longestTurn = Duration.seconds(5)

    func register(on router: inout Router) {
        router.on(.get, "/healthz") { _, _ in .text(.ok, "ok") }
        router.on(.get, "/readyz") { _, _ in await readiness() }
        router.on(.get, "/metrics") { _, _ in
            ServerResponse.bytes(.ok, type: "text/plain; version=0.0.4; charset=utf-8", Array(metrics.text(gauges: gauges).utf8))
        }
    }

    private func readiness() async -> ServerResponse {
        var problems: [JSON] = []
        do {
            _ = try await store.property("kind")
        } catch {
            problems.append("the store cannot be read")
        }
        if store.database.waiting > 5_000 { problems.append("the store is far behind") }
        for (index, loop) in loops.loops.enumerated() where loop.lastTurn.age > Self.longestTurn { problems.append(.string("event loop \(index) is stuck")) }
        let channels = supervisor.channelProblems
        problems += channels.keys.sorted().map { .string("channel \($0): \(channels[$0] ?? "")") }
        let body: JSON = ["ready": .bool(problems.isEmpty), "problems": .array(problems)]
        return .json(problems.isEmpty ? .ok : .serviceUnavailable, body.bytes)
    }

    private var gauges: [(name: String, value: Double)] {
        var found: [(String, Double)] = listeners.map { ("centralino_connections_open{door=\"\($0.name)\"}", Double($0.listener.openConnections)) }
        found.append(("centralino_console_streams", Double(feed.listeners)))
        found.append(("centralino_deliveries_in_flight", Double(courier.onTheWay)))
        found.append(("centralino_store_waiting", Double(store.database.waiting)))
        let written = store.database.written
        found.append(("centralino_store_commits", Double(written.commits)))
        found.append(("centralino_store_transactions", Double(written.bodies)))
        for channel in supervisor.channelStates {
            // All of one name together, as the format wants it.
            for connection in channel.connections {
                found.append(("centralino_mailbox_connected{channel=\"\(channel.name)\",folder=\"\(Self.label(connection.name))\"}", connection.problem == nil ? 1 : 0))
            }
        }
        for channel in supervisor.channelStates {
            for connection in channel.connections {
                if let last = connection.lastEventAt {
                    found.append(("centralino_mailbox_last_mail_timestamp_seconds{channel=\"\(channel.name)\",folder=\"\(Self.label(connection.name))\"}", Double(last.seconds)))
                }
            }
        }
        for channel in supervisor.channelStates {
            for connection in channel.connections {
                found.append(("centralino_mailbox_set_aside{channel=\"\(channel.name)\",folder=\"\(Self.label(connection.name))\"}", Double(connection.setAside)))
            }
        }
        if let pages = residentPages { found.append(("process_resident_memory_bytes", Double(pages) * 4096)) }
        return found
    }

    /// A folder's name as the value of a label.
    private static func label(_ name: String) -> String {
        String(name.map { $0 == "\"" || $0 == "\\" || $0 == "\n" ? "_" : $0 })
    }

    private var residentPages: Int? {
        guard let bytes = SettingsFile.readFile("/proc/self/statm", atMost: 4096) else { return nil }
        return String(decoding: bytes, as: UTF8.self).split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
}
