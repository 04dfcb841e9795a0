import ChannelKit
import Gateway
import HTTP
import Logging
import Wire

/// A stream of `Wire` as adapters see it.
final class StreamChannel: ByteChannel {
    private let stream: ByteStream
    private let identity: TLSServerIdentity?
    private let trust: TLSClientTrust

    init(_ stream: ByteStream, identity: TLSServerIdentity?, trust: TLSClientTrust) {
        self.stream = stream
        self.identity = identity
        self.trust = trust
    }

    var peerAddress: String { stream.peerAddress }
    var isEncrypted: Bool { stream.isEncrypted }
    var canAcceptTLS: Bool { identity != nil }

    func read(upTo limit: Int, within: Duration) async throws(NetworkFailure) -> [UInt8] {
        // Waiting for the other side is when a stop may end the connection at once: nothing of it is in our hands then.
        stream.isIdle = true
        defer { stream.isIdle = false }
        do throws(WireError) { return try await stream.read(upTo: limit, within: within) } catch { throw NetworkFailure(error) }
    }

    func write(_ bytes: [UInt8], within: Duration) async throws(NetworkFailure) {
        do throws(WireError) { try await stream.write(bytes, within: within) } catch { throw NetworkFailure(error) }
    }

    func startTLS(host: String, within: Duration) async throws(NetworkFailure) {
        do throws(WireError) { try await stream.startTLS(client: trust, host: host, within: within) } catch { throw NetworkFailure(error) }
    }

    func acceptTLS(within: Duration) async throws(NetworkFailure) {
        guard let identity else { throw .insecure("this door has no certificate") }
        do throws(WireError) { try await stream.startTLS(server: identity, within: within) } catch { throw NetworkFailure(error) }
    }

    func close() { stream.close() }
}

extension NetworkFailure {
    init(_ error: WireError) {
        self =
            switch error {
            case .timedOut: .timedOut
            case .closed: .closed
            case .cancelled: .cancelled
            case .unreachable(let why), .invalid(let why): .unreachable(why)
            case .forbidden(let why): .forbidden(why)
            case .insecure(let why): .insecure(why)
            }
    }
}

/// Outgoing connections for adapters, through the address guard.
struct WireNetwork: Network {
    let connector: Connector
    let addresses: AddressGuard
    let trust: TLSClientTrust

    func connect(host: String, port: Int, tls: Bool, within: Duration) async throws(NetworkFailure) -> any ByteChannel {
        let stream: ByteStream
        do throws(WireError) { stream = try await connector.connect(host: host, port: port, within: within, guard: addresses) } catch { throw NetworkFailure(error) }
        let channel = StreamChannel(stream, identity: nil, trust: trust)
        if tls {
            do throws(NetworkFailure) { try await channel.startTLS(host: host, within: within) } catch {
                channel.close()
                throw error
            }
        }
        return channel
    }
}

/// HTTP calls for adapters, by libcurl.
struct CurlSender: HTTPSender {
    let client: HTTPClient

    func send(_ call: HTTPCall) async throws(HTTPCallFailure) -> HTTPReply {
        do throws(ClientFailure) {
            let reply = try await client.send(ClientCall(method: call.method, url: call.url, headers: call.headers, body: call.body, timeout: call.timeout))
            return HTTPReply(status: reply.status, headers: reply.headers, body: reply.body)
        } catch {
            switch error {
            case .notSent(let why): throw .notSent(why)
            case .forbidden(let why): throw .forbidden(why)
            case .unknown(let why): throw .unknown(why)
            }
        }
    }
}

extension Assistant {
    convenience init(_ settings: Settings.LanguageModel, http: any HTTPSender, metrics: Metrics, logger: Logger) {
        let client = LanguageModelClient(http: http, url: settings.url, model: settings.model, key: settings.key, timeout: settings.timeout)
        self.init(client: client, uses: settings.uses, callsPerHour: settings.callsPerHour, metrics: metrics, logger: logger)
    }
}
