import ChannelKit
import Mail

/// Why a mailbox cannot be read just now.
enum IMAPFailure: Error, Sendable, Hashable {
    /// Worth another try soon.
    case broken(String)
    /// The server said NO to a command: its code, if it gave one, and its words.
    case refused(code: String?, String)
    /// Only an operator helps; tried again rarely.
    case locked(String)
    case cancelled

    init(_ failure: NetworkFailure) {
        self =
            switch failure {
            case .timedOut: .broken("the mail server takes too long to answer")
            case .closed: .broken("the mail server closed the connection")
            case .unreachable(let why): .broken("the mail server cannot be reached: \(why)")
            case .forbidden(let why): .locked("the mail server's address is not allowed: \(why)")
            case .insecure(let why): .broken("no secure connection to the mail server: \(why)")
            case .cancelled: .cancelled
            }
    }

    var words: String {
        switch self {
        case .broken(let why), .locked(let why): why
        case .refused(_, let why): "the mail server refuses: \(why)"
        case .cancelled: "the server is stopping"
        }
    }
}

/// One connection to an IMAP server: greets, signs in, and carries commands. For one task.
final class IMAPConnection {
    /// For an answer, and for each piece of a long one.
    private static let patience = Duration.seconds(60)
    private static let piece = 65_536

    private let channel: any ByteChannel
    private var reader: IMAPReader
    private var count = 0
    private(set) var capabilities: Set<String> = []
    /// Something was added to the folder since `news` was last read.
    private(set) var hasNews = false
    private(set) var uidValidity: UInt32?
    private(set) var uidNext: UInt32?

    private init(_ channel: any ByteChannel, limits: IMAPReader.Limits) {
        self.channel = channel
        reader = IMAPReader(limits: limits)
    }

    /// Connects and signs in.
    static func open(_ settings: IMAPSettings, network: any Network, http: any HTTPSender) async throws(IMAPFailure) -> IMAPConnection {
        // Had before the connection: servers give little time between greeting and sign-in.
        var token: String?
        switch settings.login {
        case .password: break
        case .token(let given): token = given
        case .refresh(let refresh): token = try await refresh.token(http)
        }
        let channel: any ByteChannel
        do {
            channel = try await network.connect(host: settings.host, port: settings.port, tls: settings.security == .tls, within: .seconds(30))
        } catch {
            throw IMAPFailure(error)
        }
        var limits = IMAPReader.Limits()
        limits.literalBytes = settings.maximumBytes + 65_536
        let connection = IMAPConnection(channel, limits: limits)
        do {
            try await connection.begin(settings, token)
            return connection
        } catch {
            connection.close()
            throw error
        }
    }

    func close() { channel.close() }

    private func begin(_ settings: IMAPSettings, _ token: String?) async throws(IMAPFailure) {
        guard case .status(let greeting)? = try await next(within: Self.patience), greeting.tag == nil, greeting.word == .ok || greeting.word == .preauth else {
            throw .broken("the mail server does not greet as an IMAP server does")
        }
        if settings.security == .starttls {
            // PREAUTH before TLS would be a way to keep us from encrypting (RFC 9051 §11.1).
            guard greeting.word == .ok else { throw .broken("the mail server signs us in before the connection is secure") }
            try await command([.words("STARTTLS")])
            // What came with the answer came without encryption and is not believed (RFC 3501 §6.2.1).
            guard reader.waitingBytes == 0 else { throw .broken("the mail server speaks before the connection is secure") }
            capabilities = []
            do {
                try await channel.startTLS(host: settings.host, within: .seconds(30))
            } catch {
                throw IMAPFailure(error)
            }
        }
        guard greeting.word != .preauth else { return try await askCapabilities() }
        if capabilities.isEmpty { try await askCapabilities() }
        try await signIn(settings, token)
        // They may differ after the sign-in; some servers say them with its answer, some do not.
        if !signedInCapabilities { try await askCapabilities() }
    }

    private var signedInCapabilities = false

    private func askCapabilities() async throws(IMAPFailure) { try await command([.words("CAPABILITY")]) }

    private func signIn(_ settings: IMAPSettings, _ token: String?) async throws(IMAPFailure) {
        signedInCapabilities = false
        do throws(IMAPFailure) {
            if let token {
                try await authenticate("XOAUTH2", IMAPCredentials.xoauth2(user: settings.user, token: token))
            } else if case .password(let password) = settings.login {
                if capabilities.contains("AUTH=PLAIN") {
                    try await authenticate("PLAIN", IMAPCredentials.plain(user: settings.user, password: password))
                } else if !capabilities.contains("LOGINDISABLED") {
                    try await command([.words("LOGIN"), .string(settings.user), .string(password)])
                } else {
                    throw IMAPFailure.locked("the mail server takes no password on this connection")
                }
            }
        } catch {
            guard case .refused(let code, let why) = error else { throw error }
            // RFC 5530: what passes by itself.
            if let code, ["UNAVAILABLE", "INUSE", "SERVERBUG", "LIMIT"].contains(code) { throw error }
            throw .locked("the mail server refuses the sign-in: \(why)")
        }
    }

    private func authenticate(_ mechanism: String, _ initial: String) async throws(IMAPFailure) {
        if capabilities.contains("SASL-IR") { return try await command([.words("AUTHENTICATE \(mechanism) \(initial)")]) }
        try await command([.words("AUTHENTICATE \(mechanism)")], answers: [initial])
    }

    /// Sends a command and reads until its answer; untagged data goes to `each`.
    ///
    /// - Parameter answers: what is said to the server's `+`, a line each; then an empty line, which ends an exchange that the server
    ///   goes on with (XOAUTH2 tells its errors so).
    func command(_ parts: [IMAPCommand.Part], answers: [String] = [], each: (IMAPData) -> Void = { _ in }) async throws(IMAPFailure) {
        count += 1
        let literals = capabilities.contains("LITERAL+") ? Int.max : capabilities.contains("LITERAL-") ? 4096 : -1
        let command = IMAPCommand(tag: "c\(count)", parts, literalsAtOnce: literals)
        var pieces = command.pieces[...]
        var answers = answers[...]
        try await write(pieces.removeFirst())
        while true {
            guard let response = try await next(within: Self.patience) else { throw .broken("the mail server takes too long to answer") }
            switch response {
            case .goOn:
                if let piece = pieces.popFirst() {
                    try await write(piece)
                } else {
                    try await write(Array("\(answers.popFirst() ?? "")\r\n".utf8))
                }
            case .data(let data): each(data)
            case .status(let status):
                guard let tag = status.tag else { continue }
                guard tag == command.tag else { throw .broken("the mail server answers a command that was not given") }
                if status.word == .ok { return }
                throw .refused(code: status.code, status.text)
            }
        }
    }

    /// Opens a folder; its UIDVALIDITY and UIDNEXT are there afterwards.
    func select(_ folder: String, readOnly: Bool) async throws(IMAPFailure) {
        uidValidity = nil
        uidNext = nil
        do {
            try await command([.words(readOnly ? "EXAMINE" : "SELECT"), .folder(folder)])
        } catch {
            guard case .refused(let code, let why) = error, code != "UNAVAILABLE", code != "INUSE" else { throw error }
            throw .locked("the folder \(folder) cannot be opened: \(why)")
        }
        guard uidValidity != nil else { throw .locked("the mail server gives the folder \(folder) no UIDVALIDITY, so it cannot be read safely") }
        hasNews = false
    }

    /// Waits until something is added to the folder, at most so long. True when the server said that something was.
    func idle(atMost patience: Duration) async throws(IMAPFailure) -> Bool {
        if hasNews {
            hasNews = false
            return true
        }
        count += 1
        let tag = "c\(count)"
        let end = ContinuousClock.now + patience
        try await write(Array("\(tag) IDLE\r\n".utf8))
        var isIdling = false
        while true {
            let left = isIdling ? end - ContinuousClock.now : Self.patience
            // A server that never says "+" is not waited for without end.
            let response = left > .zero ? try await next(within: left) : nil
            switch response {
            case .goOn: isIdling = true
            case .status(let status) where status.tag == tag: throw .refused(code: status.code, status.text)
            case nil:
                guard isIdling else { throw .broken("the mail server takes too long to answer") }
            default: break
            }
            guard isIdling, hasNews || response == nil else { continue }
            try await finishIdle(tag)
            defer { hasNews = false }
            return hasNews
        }
    }

    private func finishIdle(_ tag: String) async throws(IMAPFailure) {
        try await write(Array("DONE\r\n".utf8))
        // A connection that died silently behind a NAT shows here.
        while true {
            guard let response = try await next(within: .seconds(20)) else { throw .broken("the mail server does not answer any more") }
            guard case .status(let status) = response, let said = status.tag else { continue }
            guard said == tag, status.word == .ok else { throw .refused(code: status.code, status.text) }
            return
        }
    }

    private func write(_ bytes: [UInt8]) async throws(IMAPFailure) {
        do {
            try await channel.write(bytes, within: Self.patience)
        } catch {
            throw IMAPFailure(error)
        }
    }

    /// The next response; nil when none came in time. What the server says by the way is noted.
    private func next(within patience: Duration) async throws(IMAPFailure) -> IMAPResponse? {
        while true {
            var response: IMAPResponse?
            do throws(IMAPProblem) {
                response = try reader.next()
            } catch {
                throw .broken(error.explanation)
            }
            if let response {
                try notice(response)
                return response
            }
            let input: [UInt8]
            do {
                input = try await channel.read(upTo: Self.piece, within: patience)
            } catch {
                guard error != .timedOut else { return nil }
                throw IMAPFailure(error)
            }
            guard !input.isEmpty else { throw .broken("the mail server closed the connection") }
            reader.append(input)
        }
    }

    private func notice(_ response: IMAPResponse) throws(IMAPFailure) {
        switch response {
        case .status(let status):
            if status.word == .bye { throw .broken("the mail server says good-bye: \(status.text)") }
            if let number = status.number(of: "UIDVALIDITY") { uidValidity = number }
            if let number = status.number(of: "UIDNEXT") { uidNext = number }
            if status.code == "CAPABILITY" {
                capabilities = Set(status.argument.uppercased().split(separator: " ").map(String.init))
                signedInCapabilities = status.tag != nil
            }
        case .data(let data) where data.name == "CAPABILITY": capabilities = Set(data.values.compactMap { $0.text?.uppercased() })
        case .data(let data) where data.name == "EXISTS": hasNews = true
        case .data, .goOn: break
        }
    }
}
