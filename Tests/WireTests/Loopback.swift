import Wire

/// A listener on a free port of the loopback for the time of `body`; ends every connection before it returns.
func withListener(
    loops: Int = 1, limits: ListenerLimits = ListenerLimits(), refusal: [UInt8] = [], handler: @escaping @Sendable (ByteStream) async -> Void,
    _ body: @Sendable (Listener, EventLoopGroup) async throws -> Void
) async throws {
    let group = EventLoopGroup(count: loops)
    defer { group.stop() }
    let listener = try Listener("127.0.0.1:0", group: group, limits: limits, refusal: refusal)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { await listener.run(handler) }
        defer { listener.stop(grace: .zero) }
        try await body(listener, group)
    }
}

func connect(_ listener: Listener, _ group: EventLoopGroup) async throws -> ByteStream {
    let local = try AddressGuard(allowNetworks: ["127.0.0.0/8"])
    return try await Connector(group: group).connect(host: "127.0.0.1", port: Int(listener.boundAddress.port), within: .seconds(50), guard: local)
}

/// Reads until `count` bytes have come or the stream has ended.
func read(_ count: Int, from stream: ByteStream) async throws -> [UInt8] {
    var got: [UInt8] = []
    while got.count < count {
        let piece = try await stream.read(upTo: count - got.count, within: .seconds(50))
        if piece.isEmpty { break }
        got += piece
    }
    return got
}

/// Sends back whatever comes, until the end.
@Sendable func echo(_ stream: ByteStream) async {
    while let bytes = try? await stream.read(upTo: 65_536, within: .seconds(30)), !bytes.isEmpty {
        do { try await stream.write(bytes, within: .seconds(30)) } catch { return }
    }
}
