import Testing
import Wire

@Suite(.timeLimit(.minutes(3))) struct ByteStreamTests {
    @Test func `what is written comes back, from any executor`() async throws {
        try await withListener(loops: 2, handler: echo) { listener, group in
            let stream = try await connect(listener, group)
            defer { stream.close() }
            try await stream.write(Array("hello".utf8), within: .seconds(50))
            #expect(try await read(5, from: stream) == Array("hello".utf8))
            #expect(stream.peerAddress == "127.0.0.1")
            #expect(stream.localAddress == "127.0.0.1")
            #expect(!stream.isEncrypted)
        }
    }

    @Test func `eight megabytes go both ways at once`() async throws {
        try await withListener(loops: 2, handler: echo) { listener, group in
            let stream = try await connect(listener, group)
            defer { stream.close() }
            let bytes = (0..<8_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            async let writing: Void = stream.write([Array(bytes.prefix(1)), Array(bytes.dropFirst())], within: .seconds(30))
            #expect(try await read(bytes.count, from: stream) == bytes)
            try await writing
        }
    }

    @Test func `a read gives up when its time is over, and the stream lives on`() async throws {
        try await withListener(handler: echo) { listener, group in
            let stream = try await connect(listener, group)
            defer { stream.close() }
            await #expect(throws: WireError.timedOut) { try await stream.read(upTo: 1, within: .milliseconds(30)) }
            try await stream.write([7], within: .seconds(50))
            #expect(try await stream.read(upTo: 9, within: .seconds(50)) == [7])
        }
    }

    @Test func `a write gives up when the other side takes nothing`() async throws {
        try await withListener(handler: { stream in try? await stream.waitPeerGone(within: .seconds(20)) }) { listener, group in
            let stream = try await connect(listener, group)
            defer { stream.close() }
            await #expect(throws: WireError.timedOut) { try await stream.write([UInt8](repeating: 0, count: 20_000_000), within: .milliseconds(100)) }
            #expect(await stream.unsentBytes > 0)
        }
    }

    @Test func `cancelling the task wakes its read`() async throws {
        try await withListener(handler: echo) { listener, group in
            let stream = try await connect(listener, group)
            defer { stream.close() }
            let result = await withTaskGroup(of: WireError?.self) { tasks in
                tasks.addTask {
                    do throws(WireError) {
                        _ = try await stream.read(upTo: 1, within: .seconds(30))
                        return nil
                    } catch {
                        return error
                    }
                }
                tasks.cancelAll()
                return await tasks.next() ?? nil
            }
            #expect(result == .cancelled)
        }
    }

    @Test func `closing wakes who waits, twice is harmless`() async throws {
        try await withListener(handler: echo) { listener, group in
            let stream = try await connect(listener, group)
            async let error = #expect(throws: WireError.closed) { try await stream.read(upTo: 1, within: .seconds(30)) }
            await Task.yield()
            stream.close()
            stream.close()
            _ = await error
            await #expect(throws: WireError.closed) { try await stream.write([1], within: .seconds(50)) }
        }
    }

    @Test func `the end of the stream is an empty read, and the other direction stays open`() async throws {
        try await withListener(handler: { stream in
            var got: [UInt8] = []
            while let piece = try? await stream.read(upTo: 100, within: .seconds(50)), !piece.isEmpty { got += piece }
            try? await stream.write(got.reversed(), within: .seconds(50))
        }) { listener, group in
            let stream = try await connect(listener, group)
            defer { stream.close() }
            try await stream.write([1, 2, 3], within: .seconds(50))
            await stream.shutdownWrite()
            #expect(try await read(9, from: stream) == [3, 2, 1])
        }
    }

    @Test func `a peer that goes away is noticed without reading`() async throws {
        try await withListener(handler: { _ in }) { listener, group in
            let stream = try await connect(listener, group)
            defer { stream.close() }
            try await stream.waitPeerGone(within: .seconds(50))
            #expect(try await stream.read(upTo: 1, within: .seconds(50)) == [])
        }
    }

    @Test func `many short waits on many streams all end`() async throws {
        try await withListener(loops: 2, handler: echo) { listener, group in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for number in 0..<64 {
                    tasks.addTask {
                        let stream = try await connect(listener, group)
                        defer { stream.close() }
                        for round in 0..<200 {
                            try await stream.write([UInt8(number), UInt8(round)], within: .seconds(10))
                            #expect(try await read(2, from: stream) == [UInt8(number), UInt8(round)])
                        }
                    }
                }
                try await tasks.waitForAll()
            }
        }
    }
}
