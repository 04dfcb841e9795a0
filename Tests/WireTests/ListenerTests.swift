import Testing
import Wire

@Suite(.timeLimit(.minutes(3))) struct ListenerTests {
    @Test func `beyond the limit for one address a connection is refused with the caller's line`() async throws {
        let limits = ListenerLimits(connections: 10, connectionsPerAddress: 2)
        try await withListener(limits: limits, refusal: Array("421 busy\r\n".utf8), handler: echo) { listener, group in
            let first = try await connect(listener, group)
            let second = try await connect(listener, group)
            for stream in [first, second] {
                try await stream.write([1], within: .seconds(50))
                #expect(try await stream.read(upTo: 1, within: .seconds(50)) == [1])
            }
            #expect(listener.openConnections == 2)
            let third = try await connect(listener, group)
            #expect(try await read(100, from: third) == Array("421 busy\r\n".utf8))
            #expect(listener.refusedConnections == 1)
            third.close()
            first.close()
            // The place is free once the server has seen the end.
            while listener.openConnections == 2 { await Task.yield() }
            let fourth = try await connect(listener, group)
            try await fourth.write([2], within: .seconds(50))
            #expect(try await fourth.read(upTo: 1, within: .seconds(50)) == [2])
            fourth.close()
            second.close()
        }
    }

    @Test func `stopping closes the idle at once and lets the busy finish`() async throws {
        let group = EventLoopGroup(count: 1)
        defer { group.stop() }
        let listener = try Listener("127.0.0.1:0", group: group)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                await listener.run { stream in
                    guard let first = try? await stream.read(upTo: 1, within: .seconds(50)) else { return }
                    try? await stream.write(first, within: .seconds(50))
                    stream.isIdle = first == [0]
                    guard let second = try? await stream.read(upTo: 1, within: .seconds(20)) else { return }
                    try? await stream.write(second, within: .seconds(50))
                }
            }
            let idle = try await connect(listener, group)
            let busy = try await connect(listener, group)
            try await idle.write([0], within: .seconds(50))
            #expect(try await read(1, from: idle) == [0])
            try await busy.write([1], within: .seconds(50))
            #expect(try await read(1, from: busy) == [1])
            listener.stop(grace: .seconds(20))
            #expect(try await read(1, from: idle) == [])
            try await busy.write([2], within: .seconds(50))
            #expect(try await read(1, from: busy) == [2])
            try await tasks.waitForAll()
            #expect(listener.openConnections == 0)
            idle.close()
            busy.close()
        }
    }

    @Test func `cancelling the run ends every handler`() async throws {
        let group = EventLoopGroup(count: 2)
        defer { group.stop() }
        let listener = try Listener("127.0.0.1:0", group: group)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await listener.run(echo) }
            let stream = try await connect(listener, group)
            try await stream.write([1], within: .seconds(50))
            #expect(try await read(1, from: stream) == [1])
            tasks.cancelAll()
            try await tasks.waitForAll()
            #expect(listener.openConnections == 0)
            stream.close()
        }
    }

    @Test func `an address that is taken is refused with a line that names it`() async throws {
        let group = EventLoopGroup(count: 1)
        defer { group.stop() }
        let first = try Listener("127.0.0.1:0", group: group)
        let text = first.boundAddress.description
        let error = #expect(throws: WireError.self) { _ = try Listener(text, group: group) }
        #expect(error == .unreachable("cannot listen on \(text): Address already in use"))
        first.stop(grace: .zero)
    }
}
