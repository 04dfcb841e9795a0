import ChannelKit
import Messages
import Storage

/// Keeps a channel's places in the store.
struct StoredPlaces: PlaceKeeper {
    let channel: String
    let store: Store

    func place(_ name: String) async throws -> String? { try await store.property("place \(channel) \(name)") }
    func keep(_ place: String, as name: String) async throws { try await store.setProperty("place \(channel) \(name)", place) }

    /// What adapters sign with: made at the first start, and part of every backup, so that a restored store knows what an earlier one signed.
    static func signingKey(_ store: Store) async throws -> [UInt8] {
        if let kept = try await store.property("signing key").flatMap(Hex.decode), kept.count == 32 { return kept }
        let made = Signatures.randomBytes(32)
        try await store.setProperty("signing key", Hex.encode(made))
        return made
    }
}
