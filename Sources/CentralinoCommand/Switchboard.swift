import ChannelKit
import Console
import Conversations
import EmailAdapter
import Gateway
import Glibc
import HTTP
import Knowledge
import LineAdapter
import Logging
import Messages
import Storage
import StorageSQLite
import Wire

/// Everything put together: what is made here is given to what needs it, and ends here.
enum Switchboard {
    /// How long a stop waits for what is in hand. Nothing that was acknowledged depends on it.
    private static let grace = Duration.seconds(7)

    static func serve(_ given: Settings) async throws {
        var settings = given
        let level = Logger.Level(rawValue: settings.logLevel) ?? .info
        let logger = Logger(label: "centralino") { LogLines(label: $0, level: level) }
        let signals = Signals()
        let folder = DataFolder(settings.data)
        try folder.make()
        try folder.lock()
        let contents = folder.contents
        try contents.open()
        try contents.removeUnfinished()

        // The articles are learned while the store opens.
        let shelf = KnowledgeShelf(
            // The demo's articles are part of the program: what is published there lives in the store only.
            folder: settings.knowledge ?? Demo.knowledge, isWritable: settings.knowledge != nil, precision: settings.precision, logger: logger)
        async let firstBase = learn(shelf)

        let node = MessageID.make().text
        let feed = LiveFeed(run: node)
        let metrics = Metrics()
        let courier = Courier(feed: feed, metrics: metrics, logger: logger)
        let database = try await SQLiteDatabase.open(at: folder.store) { problem in
            logger.critical("\(problem)")
            _exit(70)
        }
        let store = Store(
            database: database, node: node, answerWithin: settings.answerWithin, claimsAtOnce: { courier.hasRoom }, repliesRefused: { courier.refusal(of: $0) },
            answersSparingly: { courier.answersSparingly(on: $0) }, mostFileBytes: { courier.mostFileBytes(on: $0) })
        try await keepApart(settings, store)
        if settings.isDemo { try await Demo.fill(&settings, store) }

        let wrong = Channels.problems(in: settings)
        guard wrong.isEmpty else { throw SettingsProblems(problems: wrong) }
        let addresses = try AddressGuard(allowNetworks: settings.allowNetworks)
        let trust = try TLSClientTrust()
        let loops = EventLoopGroup()
        let network = WireNetwork(connector: Connector(group: loops), addresses: addresses, trust: trust)
        let http = CurlSender(client: HTTPClient(policy: ClientPolicy(addressGuard: addresses)))
        let assistant = settings.languageModel.map { Assistant($0, http: http, metrics: metrics, logger: logger) }
        let names = WireNames(settings: settings, loops: loops)
        let channels = try Channels.make(
            settings, http: http, network: network, names: names, logLevel: level, signingKey: try await StoredPlaces.signingKey(store),
            places: { StoredPlaces(channel: $0, store: store) })
        courier.serve(channels, from: store, contents: contents)
        let channelKinds = Dictionary(uniqueKeysWithValues: channels.map { ($0.name, $0.kind) })
        let firstArticles = try await shelf.attach(store, learned: await firstBase, channelKinds: channelKinds)
        let library = Library(firstArticles, actions: settings.actions)
        for unknown in Library.unknownActions(of: firstArticles, actions: settings.actions) {
            logger.warning(
                "an article calls an action that the settings do not have; its dialogues go to people",
                metadata: ["article": "\(unknown.article.file)", "action": "\(unknown.action)"])
        }
        let company: any HTTPSender = settings.isDemo ? DemoCompany(http) : http
        let caller = Caller(
            store: store, library: library, actions: settings.actions, http: company, courier: courier, feed: feed, metrics: metrics, logger: logger)
        let responder = Responder(store: store, library: library, courier: courier, feed: feed, caller: caller, assistant: assistant, metrics: metrics, logger: logger)
        let intake = Intake(store: store, library: library, courier: courier, responder: responder, feed: feed, metrics: metrics, contents: contents)
        let supervisor = Supervisor(courier: courier, responder: responder, caller: caller, intake: intake, channels: channels, logger: logger)

        let recovered = try await store.recoverDeliveries(repeatable: Set(channels.filter { $0.capabilities.repeatsAreIdempotent }.map { $0.name }))
        if recovered.again + recovered.unknown > 0 {
            logger.notice("deliveries were left in the middle by an earlier run", metadata: ["again": "\(recovered.again)", "unknown": "\(recovered.unknown)"])
        }
        try await ensureAgents(settings, store)

        let doors = try Doors(settings: settings, loops: loops, trust: trust, logger: logger)
        let base = settings.publicURL ?? "http\(settings.http.tls == nil ? "" : "s")://\(doors.http.boundAddress)"
        var router = Router()
        WebhookRoutes(intake: intake, channels: Dictionary(uniqueKeysWithValues: channels.map { ($0.name, $0) }), bodyLimit: settings.limits.bodyBytes).register(on: &router)
        OperationsRoutes(store: store, loops: loops, supervisor: supervisor, courier: courier, feed: feed, metrics: metrics, listeners: doors.named).register(on: &router)
        let welcome = WelcomeFacts(
            smtp: doors.smtp.map { "\($0.boundAddress)" }, line: doors.line.map { "\($0.boundAddress)" }, mailAddress: settings.isDemo ? Demo.mailAddress : nil,
            webhookURL: settings.isDemo ? "\(base)/channels/partner" : nil, webhookKey: settings.isDemo ? try await Demo.webhookKey(store) : nil)
        var pages = ConsoleSettings(publicURL: settings.publicURL, pages: Pages.folder("centralino_Console", "Pages"), isDemo: settings.isDemo, welcome: welcome)
        pages.advice = Assistant.Use.allCases.filter { assistant?.isUsed(for: $0) == true }
        let adviser = Adviser(store: store, library: library, assistant: assistant)
        var surroundings = KnowledgeDesk.Surroundings()
        surroundings.approval = settings.knowledgeApproval
        surroundings.channelKinds = channelKinds
        surroundings.changed = { shelf.tick.yield() }
        surroundings.health = { shelf.health }
        let knowledge = KnowledgeDesk(store: store, library: library, surroundings: surroundings)
        let originals = Originals(store: store, contents: contents, readers: ["email": MailPages()])
        try Console(
            desk: Desk(store: store, courier: courier, feed: feed), library: library, knowledge: knowledge, adviser: adviser, settings: pages, metrics: metrics, logger: logger,
            channels: { supervisor.channelStates }, originals: originals, uploads: Uploads(store: store, contents: contents)
        ).register(on: &router)

        // For as long as the program runs, and off the event loops: learning takes its time.
        Task.detached { await shelf.watch(store, feed) { library.replace($0) } }
        Task.detached { await sweep(contents, store, logger) }
        signals.onReload { doors.reloadCertificates() }
        try await store.setProperty("served_at", base)
        try await greet(settings, store, base, doors)
        // A moment later, when the doors are open and the channels run: what they touched only to start counts as well.
        Task.detached {
            guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
            SpareMemory.giveBack()
        }
        let served = router
        await withTaskExecutorPreference(loops.next()) {
            await run(doors, served, supervisor, intake, channels, names, settings, signals, metrics, logger)
        }
        logger.notice("stopped")
    }

    /// Serves until a signal says stop; then takes nothing more in, finishes what is in hand, and brings out what is on its way.
    private static func run(
        _ doors: Doors, _ router: Router, _ supervisor: Supervisor, _ intake: Intake, _ channels: [Channel], _ names: WireNames, _ settings: Settings, _ signals: Signals,
        _ metrics: Metrics,
        _ logger: Logger
    ) async {
        await withTaskGroup(of: Void.self) { work in
            work.addTask { await supervisor.run() }
            await withTaskGroup(of: Void.self) { open in
                await doors.open(in: &open, router: router, intake: intake, channels: channels, names: names, settings: settings, metrics: metrics, logger: logger)
                await signals.stopRequested()
                logger.notice("stopping: no new messages are taken in")
                doors.close(grace: grace)
                await open.waitForAll()
            }
            supervisor.stop()
            // What cannot be brought out in time stays claimed in the store; the next run finds it.
            let patience = Task {
                guard (try? await Task.sleep(for: .seconds(2))) != nil else { return }  // Cancelled: everything ended by itself.
                _exit(0)
            }
            await work.waitForAll()
            patience.cancel()
        }
    }

    /// Removes files that nothing refers to, at the start and every six hours.
    private static func sweep(_ contents: ContentFolder, _ store: Store, _ logger: Logger) async {
        repeat {
            do {
                try await contents.settle()
                let count = try await store.sweep(contents)
                if count > 0 { logger.notice("files that nothing refers to were removed", metadata: ["files": "\(count)"]) }
            } catch {
                logger.warning("files that nothing refers to could not be removed; trying again in six hours", metadata: ["error": "\(error)"])
            }
        } while (try? await Task.sleep(for: .seconds(21_600))) != nil  // Only cancelling ends it.
    }

    private static func learn(_ shelf: KnowledgeShelf) async -> KnowledgeBase {
        shelf.load()
    }

    /// Demo data and real data never share a folder.
    private static func keepApart(_ settings: Settings, _ store: Store) async throws {
        let kind = settings.isDemo ? "demo" : "real"
        guard let kept = try await store.property("kind") else { return try await store.setProperty("kind", kind) }
        guard kept == kind else {
            throw StorageFailure.failed(
                kept == "demo"
                    ? "\(settings.data) holds demo data, and this is not the demo: name another folder with --data, or start with --demo"
                    : "\(settings.data) holds real data, and the demo never touches it: name another folder with --data, or start without --demo")
        }
    }

    private static func ensureAgents(_ settings: Settings, _ store: Store) async throws {
        for wanted in settings.agents {
            guard let email = EmailAddress.normalized(wanted.email) else { throw settings.problem("agents", "\"\(wanted.email)\" is not an e-mail address") }
            let (agent, _) = try await store.addAgent(email: email, name: wanted.name, role: .admin)
            if let token = wanted.token { try await store.setToken(digest: APIToken.digest(of: token), of: agent.id) }
        }
        if settings.agents.isEmpty, try await store.agents().isEmpty {
            _ = try await store.addAgent(email: settings.isDemo ? Demo.agentEmail : "admin@\(settings.mailHostname)", name: settings.isDemo ? "Demo" : "Admin", role: .admin)
        }
    }

    /// What a person at the terminal needs to begin: addresses, and a link for whoever has no password yet.
    private static func greet(_ settings: Settings, _ store: Store, _ base: String, _ doors: Doors) async throws {
        Terminal.say("Centralino is ready\(settings.isDemo ? ", with demo data in \(settings.data)" : ""): \(base)/")
        if let smtp = doors.smtp { Terminal.say("  mail     \(smtp.boundAddress)") }
        if let lmtp = doors.lmtp { Terminal.say("  LMTP     \(lmtp.boundAddress)") }
        if let line = doors.line { Terminal.say("  lines    \(line.boundAddress)   (try: nc \(line.boundAddress.address) \(line.boundAddress.port))") }
        Terminal.say("  console  \(base)/console/")
        for agent in try await store.agents() where agent.password == nil && !agent.isDisabled {
            let link = try await Invitations.link(for: agent.id, in: store, baseURL: base)
            Terminal.say("  \(agent.email) has no password yet. Choose one here, within 72 hours, once:\n    \(link)")
        }
    }
}
