import ChannelKit
import EmailAdapter
import Gateway
import HTTP
import LineAdapter
import Logging
import Mail
import Messages
import Synchronization
import Wire

/// The ports that customers, agents and providers knock at.
final class Doors: Sendable {
    let http: Listener
    let smtp: Listener?
    let lmtp: Listener?
    let line: Listener?
    private let httpIdentity: TLSServerIdentity?
    private let smtpIdentity: TLSServerIdentity?
    private let lineIdentity: TLSServerIdentity?
    private let trust: TLSClientTrust
    private let logger: Logger
    private let server: Mutex<HTTPServer?>

    /// Opens every port, or says which one cannot be had.
    init(settings: Settings, loops: EventLoopGroup, trust: TLSClientTrust, logger: Logger) throws {
        let limits = ListenerLimits(connections: settings.limits.connections, connectionsPerAddress: settings.limits.connectionsPerAddress)
        func listener(_ name: String, _ port: Settings.Port, refusal: String = "") throws -> Listener? {
            guard let address = port.listen else { return nil }
            do throws(WireError) {
                return try Listener(address, group: loops, limits: limits, refusal: Array(refusal.utf8))
            } catch {
                throw settings.problem("\(name).listen", "\(address) cannot be opened: \(error.explanation)")
            }
        }
        func identity(_ name: String, _ port: Settings.Port) throws -> TLSServerIdentity? {
            guard let files = port.tls else { return nil }
            do throws(WireError) {
                return try TLSServerIdentity(certificateFile: files.certificate, keyFile: files.key)
            } catch {
                throw settings.problem("\(name).tls", error.explanation)
            }
        }
        httpIdentity = try identity("http", settings.http)
        smtpIdentity = try identity("smtp", settings.smtp)
        lineIdentity = try identity("line", settings.line)
        guard let http = try listener("http", settings.http) else { throw settings.problem("http.listen", "the HTTP door cannot be closed") }
        self.http = http
        let takesMail = settings.channels.contains { $0.adapter == EmailAdapter.kind.name }
        smtp = takesMail ? try listener("smtp", settings.smtp, refusal: "421 4.3.2 too many connections, try again later\r\n") : nil
        lmtp = takesMail ? try listener("lmtp", settings.lmtp, refusal: "421 4.3.2 too many connections, try again later\r\n") : nil
        line = try listener("line", settings.line, refusal: "Too many connections; please try again in a minute.\n")
        self.trust = trust
        self.logger = logger
        server = Mutex(nil)
    }

    var named: [(name: String, listener: Listener)] {
        [("http", http), ("smtp", smtp), ("lmtp", lmtp), ("line", line)].compactMap { name, listener in listener.map { (name, $0) } }
    }

    /// Serves every port in tasks of `group`.
    func open(
        in group: inout TaskGroup<Void>, router: Router, intake: Intake, channels: [Channel], names: any NameSystem, settings: Settings, metrics: Metrics, logger: Logger
    ) async {
        var limits = ServerLimits()
        limits.headerTime = settings.limits.header
        limits.bodyTime = settings.limits.body
        limits.idleTime = settings.limits.idle
        let server = HTTPServer(
            router: router, limits: limits,
            observer: { exchange in
                metrics.count("centralino_http_requests_total", "method=\"\(exchange.method)\",route=\"\(exchange.route)\",status=\"\(exchange.status)\"")
                metrics.observe("centralino_http_request_seconds", "route=\"\(exchange.route)\"", exchange.duration)
                if exchange.route == "/channels/{channel}", exchange.status < 300 { CrashPoint.pass(.afterAcknowledgement) }
                if let failure = exchange.failure {
                    logger.error("a request failed", metadata: ["route": "\(exchange.route)", "request": "\(exchange.requestID ?? "-")", "error": "\(failure)"])
                }
            })
        self.server.withLock { $0 = server }
        group.addTask { [http, httpIdentity] in
            await http.run { stream in
                if let httpIdentity {
                    do throws(WireError) { try await stream.startTLS(server: httpIdentity, within: settings.limits.header) } catch { return stream.close() }
                }
                await server.serve(stream)
            }
        }
        openMail(in: &group, intake, channels, names, settings)
        if let line, let channel = channels.first(where: { $0.adapter is LineAdapter }), let adapter = channel.adapter as? LineAdapter {
            let inbox = intake.inbox(for: channel)
            group.addTask { [lineIdentity, trust] in
                await line.run { stream in
                    let bytes = StreamChannel(stream, identity: nil, trust: trust)
                    if let lineIdentity {
                        do throws(WireError) { try await stream.startTLS(server: lineIdentity, within: .seconds(10)) } catch { return stream.close() }
                    }
                    await adapter.serve(bytes, inbox: inbox)
                }
            }
        }
    }

    private func openMail(in group: inout TaskGroup<Void>, _ intake: Intake, _ channels: [Channel], _ names: any NameSystem, _ settings: Settings) {
        guard smtp != nil || lmtp != nil else { return }
        let protocolListener: SMTPListener
        do throws(ConfigurationProblem) {
            protocolListener = try Channels.mailRoutes(
                channels, inbox: { intake.inbox(for: $0) }, settings, checks: MailChecks.make(settings.mailDoor, names: names), logger)
        } catch {
            logger.error("mail is not taken in", metadata: ["problem": "\(error)"])
            return
        }
        if let smtp {
            group.addTask { [smtpIdentity, trust] in
                await smtp.run { stream in
                    await protocolListener.serve(StreamChannel(stream, identity: smtpIdentity, trust: trust))
                }
            }
        }
        if let lmtp {
            group.addTask { [trust] in
                await lmtp.run { stream in
                    await protocolListener.serve(StreamChannel(stream, identity: nil, trust: trust), dialect: .lmtp)
                }
            }
        }
    }

    /// Takes in nothing more: idle connections end at once, the others when their request is done or the time is over.
    func close(grace: Duration) {
        server.withLock { $0 }?.drain()
        for (_, listener) in named { listener.stop(grace: grace) }
    }

    /// Reads the certificates again; connections that stand keep theirs.
    func reloadCertificates() {
        for identity in [httpIdentity, smtpIdentity, lineIdentity] {
            guard let identity else { continue }
            do throws(WireError) {
                try identity.reload()
                logger.notice("certificate read again", metadata: ["file": "\(identity.certificateFile)"])
            } catch {
                logger.error("a certificate could not be read again; the one before goes on", metadata: ["problem": "\(error.explanation)"])
            }
        }
    }
}

extension WireError {
    /// What happened, in words.
    var explanation: String {
        switch self {
        case .timedOut: "it took too long"
        case .closed: "the other side closed the connection"
        case .cancelled: "it was cancelled"
        case .unreachable(let why), .forbidden(let why), .insecure(let why), .invalid(let why): why
        }
    }
}
