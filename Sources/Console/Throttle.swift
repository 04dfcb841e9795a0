import Glibc
import Synchronization

/// Slows down who tries too often: a bucket of tries a key, filled again one at a time. Bounded, whatever keys come.
final class Throttle: Sendable {
    private struct Bucket {
        var tries: Double
        var at: ContinuousClock.Instant
    }

    private let burst: Double
    private let interval: Duration
    private let mostKeys: Int
    private let buckets = Mutex<[String: Bucket]>([:])

    /// `burst` tries at once, then one every `interval`.
    init(burst: Int, every interval: Duration, mostKeys: Int = 16_384) {
        self.burst = Double(burst)
        self.interval = interval
        self.mostKeys = mostKeys
    }

    /// Takes a try; nil when it was there, else the time until there is one.
    func take(_ key: String, at now: ContinuousClock.Instant) -> Duration? {
        buckets.withLock { buckets in
            var bucket = Bucket(tries: burst, at: now)
            if let found = buckets[key] {
                bucket.tries = filled(found, at: now)
            } else if buckets.count >= mostKeys {
                makeRoom(&buckets, at: now)
            }
            defer { buckets[key] = bucket }
            if bucket.tries >= 1 {
                bucket.tries -= 1
                return nil
            }
            return interval * (1 - bucket.tries)
        }
    }

    /// Gives a try back: it was a good one.
    func giveBack(_ key: String) {
        buckets.withLock { buckets in
            guard let found = buckets[key] else { return }
            if found.tries + 1 >= burst { buckets[key] = nil } else { buckets[key]?.tries += 1 }
        }
    }

    var keys: Int { buckets.withLock { $0.count } }

    private func filled(_ bucket: Bucket, at now: ContinuousClock.Instant) -> Double {
        min(burst, bucket.tries + max(.zero, now - bucket.at) / interval)
    }

    /// Forgets a quarter: those who have tried least.
    private func makeRoom(_ buckets: inout [String: Bucket], at now: ContinuousClock.Instant) {
        let harmless = buckets.map { ($0.key, filled($0.value, at: now)) }.sorted { $0.1 > $1.1 }.prefix(max(1, mostKeys / 4))
        for (key, _) in harmless { buckets[key] = nil }
    }
}

extension Throttle {
    /// Who an address belongs to: an IPv4 address by itself, of IPv6 the first 64 bits, which is what one customer of a provider gets.
    static func network(of address: String) -> String {
        guard address.utf8.contains(UInt8(ascii: ":")) else { return address }
        var parsed = in6_addr()
        guard inet_pton(AF_INET6, String(address.prefix { $0 != "%" }), &parsed) == 1 else { return address }
        let bytes = withUnsafeBytes(of: &parsed) { Array($0) }
        // ::ffff:192.0.2.1 is an IPv4 address in other words.
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF { return bytes[12...].map(String.init).joined(separator: ".") }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
    }
}
