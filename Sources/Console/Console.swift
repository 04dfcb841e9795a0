package import Gateway
package import HTTP
import HTTPTypes
package import Logging
import Messages
import Storage

/// The people's side of the server: the JSON API, the live stream and the pages.
package struct Console: Sendable {
    private let desk: Desk
    private let library: Library
    private let adviser: Adviser
    private let knowledge: KnowledgeDesk
    private let settings: ConsoleSettings
    private let metrics: Metrics
    private let logger: Logger
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let channels: @Sendable () -> [ChannelState]
    private let originals: Originals?
    private let uploads: Uploads?
    private let pages: StaticPages

    /// Reads the pages from disk. Throws `ConsoleProblem` when they are not there.
    package init(
        desk: Desk, library: Library, knowledge: KnowledgeDesk, adviser: Adviser, settings: ConsoleSettings, metrics: Metrics, logger: Logger,
        channels: @escaping @Sendable () -> [ChannelState] = { [] }, originals: Originals? = nil, uploads: Uploads? = nil,
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) throws {
        self.desk = desk
        self.library = library
        self.adviser = adviser
        self.knowledge = knowledge
        self.settings = settings
        self.metrics = metrics
        self.logger = logger
        self.clock = clock
        self.channels = channels
        self.originals = originals
        self.uploads = uploads
        pages = try StaticPages(folder: settings.pages)
    }

    /// Adds `/`, `/welcome/…`, `/console/…`, `/events` and `/api/v1/…`. What else the API's document names is the caller's to add.
    package func register(on router: inout Router) {
        let authentication = Authentication(store: desk.store, settings: settings)
        let signIn = SignIn(store: desk.store, settings: settings, metrics: metrics, logger: logger, clock: clock)
        var api = API(router: router, authentication: authentication, logger: logger)
        SessionRoutes(signIn: signIn, authentication: authentication).register(on: &api)
        AgentRoutes(store: desk.store, settings: settings, logger: logger).register(on: &api)
        ConversationRoutes(desk: desk).register(on: &api)
        AdviceRoutes(adviser: adviser).register(on: &api)
        OriginalRoutes(originals: originals).register(on: &api)
        UploadRoutes(uploads: uploads).register(on: &api)
        let channels = channels
        api.signedIn(.get, "/api/v1/channels") { _, _, _ in .json(.ok, (["channels": .array(channels().map(\.json))] as JSON).bytes) }
        let articles = ArticleRoutes(desk: knowledge)
        articles.register(on: &api)
        KnowledgeRoutes(desk: knowledge, articles: articles).register(on: &api)
        LessonRoutes(desk: knowledge).register(on: &api)
        EventRoutes(feed: desk.feed, authentication: authentication, settings: settings).register(on: &api)
        Welcome(settings: settings).register(on: &api)
        api.open(.get, "/api/v1/openapi.json") { _, _ in .json(.ok, OpenAPIDocument.bytes) }
        router = api.router
        pages.register(on: &router)
        AnswerPages(library: library, store: desk.store, settings: settings).register(on: &router) { [pages] in try pages.answer($0, "answers/style.css") }
    }
}
