import Testing
import Wire

@Suite(.timeLimit(.minutes(3))) struct EventLoopTests {
    /// An actor that lives on a loop's thread and uses a stream of that loop.
    actor Pinned {
        let loop: EventLoop
        nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

        init(_ loop: EventLoop) { self.loop = loop }

        func isOnLoop() -> Bool { loop.isCurrent }

        func ask(_ stream: ByteStream) async throws -> [UInt8] {
            try await stream.write([42], within: .seconds(50))
            let answer = try await stream.read(upTo: 1, within: .seconds(50))
            #expect(loop.isCurrent)
            return answer
        }
    }

    @Test func `a task that prefers a loop runs on its thread`() async {
        let group = EventLoopGroup(count: 2)
        defer { group.stop() }
        for loop in group.loops {
            let (inside, after) = await Task(executorPreference: loop) {
                let inside = loop.isCurrent
                await Task.yield()
                return (inside, loop.isCurrent)
            }.value
            #expect(inside && after)
            #expect(!loop.isCurrent)
        }
    }

    @Test func `an actor pinned to a loop runs there and may use its streams`() async throws {
        try await withListener(handler: echo) { listener, group in
            let stream = try await connect(listener, group)
            defer { stream.close() }
            let actor = Pinned(stream.loop)
            #expect(await actor.isOnLoop())
            #expect(try await actor.ask(stream) == [42])
        }
    }

    @Test func `an idle loop still goes round`() async throws {
        let group = EventLoopGroup(count: 1)
        defer { group.stop() }
        let before = group.loops[0].lastTurn
        let turned = await withTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                while group.loops[0].lastTurn == before && !Task.isCancelled { await Task.yield() }
                return group.loops[0].lastTurn > before
            }
            return await tasks.next() ?? false
        }
        #expect(turned)
    }

    @Test func `loops are handed out in turn`() {
        let group = EventLoopGroup(count: 3)
        defer { group.stop() }
        let names = (0..<6).map { _ in ObjectIdentifier(group.next()) }
        #expect(Set(names).count == 3)
        #expect(Array(names[0..<3]) == Array(names[3..<6]))
    }
}
