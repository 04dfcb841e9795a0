import Messages

/// Whether the domain that people see in From stands behind a message (RFC 7489): a signature or a return path of the same owner.
package enum DMARC {
    package enum Policy: String, Sendable, Hashable {
        case none, quarantine, reject
    }

    /// What a domain asks for.
    struct Record: Sendable, Hashable {
        var policy: Policy
        var isStrictForDKIM: Bool
        var isStrictForSPF: Bool

        /// Nil for what is no DMARC record. `isSubdomain`: the record is the owner's, not the domain's own.
        init?(_ text: [UInt8], isSubdomain: Bool) {
            guard let tags = TagList(text), tags.first == "v", tags["v"] == "DMARC1" else { return nil }
            let said = isSubdomain ? tags["sp"] ?? tags["p"] : tags["p"]
            // §6.6.3: a policy that cannot be read is "none".
            policy = said.flatMap { Policy(rawValue: $0.lowercased()) } ?? .none
            isStrictForDKIM = tags["adkim"]?.lowercased() == "s"
            isStrictForSPF = tags["aspf"]?.lowercased() == "s"
        }
    }

    enum Finding: Sendable, Hashable {
        case record(Record)
        case none
        case unknown(String)
    }

    /// The record of the domain, else of its owner.
    static func find(_ domain: String, _ suffixes: PublicSuffixes, _ names: any NameSystem) async -> Finding {
        let organisation = suffixes.organisation(of: domain)
        do throws(NameFailure) {
            for name in organisation == domain ? [domain] : [domain, organisation] {
                var found: [Record] = []
                for case .text(let text) in try await names.records(.txt, of: "_dmarc.\(name)").prefix(20) {
                    if let record = Record(text, isSubdomain: name != domain) { found.append(record) }
                }
                // Several are as none (§6.6.3).
                if found.count == 1 { return .record(found[0]) }
                if found.count > 1 { return .none }
            }
            return .none
        } catch {
            return .unknown(error.explanation)
        }
    }
}
