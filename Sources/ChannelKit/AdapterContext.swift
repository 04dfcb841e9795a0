public import Logging
public import Messages

/// All that an adapter may reach. Everything is given, so that a test needs no network and no clock.
public struct AdapterContext: Sendable {
    /// The channel's name in the settings: unique, `[a-z0-9-]`.
    public var channel: String
    public var settings: AdapterSettings
    public var http: any HTTPSender
    public var network: any Network
    public var names: any NameSystem
    public var logger: Logger
    /// How far the channel's outside queues were read.
    public var places: any PlaceKeeper
    /// 32 octets of this installation's own, the same at every start: for signing what is to come back to us.
    public var signingKey: [UInt8]
    public var now: @Sendable () -> Timestamp

    public init(
        channel: String, settings: AdapterSettings, http: any HTTPSender, network: any Network, names: any NameSystem = NoNameSystem(), logger: Logger,
        places: any PlaceKeeper = PlacesInMemory(), signingKey: [UInt8] = Signatures.randomBytes(32), now: @escaping @Sendable () -> Timestamp = { Timestamp.now() }
    ) {
        self.channel = channel
        self.settings = settings
        self.http = http
        self.network = network
        self.names = names
        self.logger = logger
        self.places = places
        self.signingKey = signingKey
        self.now = now
    }
}

/// A setting that is missing or wrong: which one, and what to write instead.
public struct ConfigurationProblem: Error, Sendable, CustomStringConvertible {
    /// Where in the channel's part of the settings: `settings.reply_url`, `secrets.keys[0]`.
    public var path: String
    public var explanation: String

    public init(_ path: String, _ explanation: String) {
        self.path = path
        self.explanation = explanation
    }

    public var description: String { "\(path): \(explanation)" }
}
