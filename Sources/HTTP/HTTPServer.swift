import Glibc
import HTTPTypes
import Synchronization
package import Wire

/// A strict HTTP/1.1 server on one stream at a time: `Listener.run { await server.serve($0) }`.
package struct HTTPServer: Sendable {
    let router: Router
    let limits: ServerLimits
    let now: @Sendable () -> Int64
    let observer: @Sendable (ServedExchange) -> Void
    let date = DateField()
    let draining = Flag()

    /// `now` is Unix time in seconds. `observer` is called on the loop after each answer and must not block.
    package init(
        router: Router, limits: ServerLimits = ServerLimits(), now: @escaping @Sendable () -> Int64 = { Int64(time(nil)) },
        observer: @escaping @Sendable (ServedExchange) -> Void = { _ in }
    ) {
        self.router = router
        self.limits = limits
        self.now = now
        self.observer = observer
    }

    /// From now on every answer says `Connection: close`; `Listener.stop` then closes the idle connections.
    package func drain() {
        draining.set()
    }

    /// Answers requests until the client or a limit ends the connection. The caller closes the stream (a `Listener` does).
    package func serve(_ stream: ByteStream) async {
        guard stream.loop.isCurrent else { return await withTaskExecutorPreference(stream.loop) { await self.serve(stream) } }
        let connection = Connection(stream, limits)
        while !Task.isCancelled {
            do {
                guard let head = try await connection.nextHead() else { return }
                guard await answer(head, connection) else { return }
            } catch let problem as HTTPProblem {
                return await refuse(problem, connection)
            } catch {
                return  // the client has gone
            }
        }
    }

    /// A switch that is turned once.
    final class Flag: Sendable {
        private let value = Atomic<Bool>(false)
        var isSet: Bool { value.load(ordering: .relaxed) }
        func set() { value.store(true, ordering: .relaxed) }
    }
}
