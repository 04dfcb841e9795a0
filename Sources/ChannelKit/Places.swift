import Synchronization

/// Keeps how far a channel's outside queue was read (a UID, an offset): a text of the adapter's own under a name of its own. Kept after
/// the events before it were accepted, so that a crash in between brings events again and loses none.
public protocol PlaceKeeper: Sendable {
    func place(_ name: String) async throws -> String?
    /// Returns once it is on disk.
    func keep(_ place: String, as name: String) async throws
}

/// Forgets with the program: for tests, and for looking at settings.
public final class PlacesInMemory: PlaceKeeper {
    private let places = Mutex<[String: String]>([:])

    public init() {}

    public func place(_ name: String) async throws -> String? { places.withLock { $0[name] } }
    public func keep(_ place: String, as name: String) async throws { places.withLock { $0[name] = place } }
}
