import CLinux
import Glibc
import Synchronization

/// Asks recursive name servers: by UDP, and by TCP where an answer is too long for a datagram (RFC 1035, RFC 7766). Each question has a port and an id
/// that nobody can foresee, and only an answer from the server's own address that repeats both and the question is taken (RFC 5452).
///
/// Answers are kept for a short while: a burst of mail from one sender asks once.
package final class DNSClient: Sendable {
    package struct Limits: Sendable {
        /// For one try with one server.
        package var patience: Duration
        /// Rounds over all servers.
        package var rounds: Int
        /// How long an answer is kept; shorter than most records live.
        package var memory: Duration
        /// Answers kept at most.
        package var mostKept: Int

        package init(patience: Duration = .seconds(2), rounds: Int = 2, memory: Duration = .seconds(60), mostKept: Int = 1000) {
            self.patience = patience
            self.rounds = rounds
            self.memory = memory
            self.mostKept = mostKept
        }
    }

    private struct Question: Hashable, Sendable {
        var kind: DNSMessage.Kind
        var name: String
    }

    private struct Kept: Sendable {
        var records: [DNSMessage.Record]
        var until: MonotonicTime
    }

    private let servers: [SocketAddress]
    private let group: EventLoopGroup
    private let limits: Limits
    private let kept = Mutex<[Question: Kept]>([:])

    package init(servers: [SocketAddress], group: EventLoopGroup, limits: Limits = Limits()) {
        self.servers = servers
        self.group = group
        self.limits = limits
    }

    /// The servers of `/etc/resolv.conf`, at most three as libc takes them.
    package static func systemServers(_ text: String) -> [SocketAddress] {
        var found: [SocketAddress] = []
        for line in text.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.count >= 2, words[0] == "nameserver", let address = IPAddress(words[1]) else { continue }
            found.append(SocketAddress(address: address, port: 53))
        }
        return Array(found.prefix(3))
    }

    /// Empty when there is no such name or record.
    ///
    /// - Throws: `.invalid` for a name that cannot be asked for; else nobody knows.
    package func records(_ kind: DNSMessage.Kind, of name: String) async throws(WireError) -> [DNSMessage.Record] {
        let question = Question(kind: kind, name: name.lowercased())
        let now = MonotonicTime.now
        if let found = kept.withLock({ $0[question] }), now < found.until { return found.records }
        var last = WireError.unreachable("no name server is configured")
        for _ in 0..<limits.rounds {
            for server in servers {
                do throws(WireError) {
                    let records = try await ask(question, server)
                    keep(records, for: question)
                    return records
                } catch {
                    if case .invalid = error { throw error }
                    if error == .cancelled { throw error }
                    last = error
                }
            }
        }
        throw last
    }

    private func keep(_ records: [DNSMessage.Record], for question: Question) {
        let until = MonotonicTime.after(limits.memory)
        kept.withLock { kept in
            if kept.count >= limits.mostKept {
                let now = MonotonicTime.now
                kept = kept.filter { now < $0.value.until }
                if kept.count >= limits.mostKept { kept = [:] }
            }
            kept[question] = Kept(records: records, until: until)
        }
    }

    private func ask(_ question: Question, _ server: SocketAddress) async throws(WireError) -> [DNSMessage.Record] {
        guard let octets = DNSMessage.question(question.kind, of: question.name, id: UInt16.random(in: .min ... .max)) else {
            throw .invalid("\"\(HostName.shown(question.name))\" is no name to ask for")
        }
        var answer = try await byDatagram(octets, question.kind, server)
        if answer == .truncated { answer = try await byStream(octets, question.kind, server) }
        switch answer {
        case .records(let records): return records
        case .failure(let why): throw .unreachable("name server \(server.address): \(why)")
        case .truncated, .foreign: throw .unreachable("name server \(server.address) gives no answer that fits")
        }
    }

    private func byDatagram(_ question: [UInt8], _ kind: DNSMessage.Kind, _ server: SocketAddress) async throws(WireError) -> DNSMessage.Answer {
        let end = MonotonicTime.after(limits.patience)
        return try await connected(server, Int32(SOCK_DGRAM.rawValue), until: end) { (stream) async throws(WireError) in
            try await stream.write(question, within: end.remaining)
            // Forged answers are passed over; the real one may still come.
            for _ in 0..<16 {
                let answer = DNSMessage.answer(try await stream.read(upTo: 4096, within: end.remaining), to: question, kind: kind)
                if answer != .foreign { return answer }
            }
            return .foreign
        }
    }

    private func byStream(_ question: [UInt8], _ kind: DNSMessage.Kind, _ server: SocketAddress) async throws(WireError) -> DNSMessage.Answer {
        let end = MonotonicTime.after(limits.patience)
        return try await connected(server, Int32(SOCK_STREAM.rawValue), until: end) { (stream) async throws(WireError) in
            try await stream.write([UInt8(question.count >> 8), UInt8(question.count & 255)] + question, within: end.remaining)
            var received: [UInt8] = []
            // At most 64 KiB, which is what the two octets of the length can say.
            while received.count < 2 || received.count < 2 + (Int(received[0]) << 8 | Int(received[1])) {
                let piece = try await stream.read(upTo: 65_536, within: end.remaining)
                if piece.isEmpty { throw .closed }
                received += piece
            }
            return DNSMessage.answer(Array(received[2..<(2 + (Int(received[0]) << 8 | Int(received[1])))]), to: question, kind: kind)
        }
    }

    /// A socket of its own that is connected to the server: the kernel picks the port at random and lets nobody else's datagrams in.
    private func connected(
        _ server: SocketAddress, _ type: Int32, until end: MonotonicTime, _ body: @Sendable (ByteStream) async throws(WireError) -> DNSMessage.Answer
    ) async throws(WireError) -> DNSMessage.Answer {
        let loop = group.next()
        return try await withTaskExecutorPreference(loop) { () async throws(WireError) -> DNSMessage.Answer in
            let number = socket(server.family, type | Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard number >= 0 else { throw .unreachable("name server \(server.address): \(systemText(errno))") }
            let result = server.withPointer { Glibc.connect(number, $0, $1) }
            let code = result == 0 ? 0 : errno
            guard code == 0 || code == EINPROGRESS else {
                Glibc.close(number)
                throw .unreachable("name server \(server.address): \(systemText(code))")
            }
            let stream = ByteStream(number: number, peer: server, loop: loop)
            guard stream.join() else { throw .unreachable("no descriptors left") }
            defer { stream.close() }
            if code == EINPROGRESS { try await stream.descriptor.wait(.writer, for: Descriptor.writable, until: end) }
            return try await body(stream)
        }
    }
}
