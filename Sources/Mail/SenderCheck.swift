package import Messages

/// Finds out by SPF, DKIM and DMARC who a message is from, when it comes straight from the sender's mail server.
package struct SenderCheck: Sendable {
    package struct Findings: Sendable, Hashable {
        package var verification: Verification
        package var spf: SPF.Result
        package var dkim: [DKIM.Result]
        /// What the From domain asks for; nil without a record.
        package var policy: DMARC.Policy?

        /// `spf=pass (a.test), dkim=pass (a.test), dmarc=reject`: for the details of a message.
        package var summary: String {
            var words = ["spf=\(spf.status.rawValue)\(spf.domain.isEmpty ? "" : " (\(spf.domain))")"]
            words += dkim.prefix(3).map { "dkim=\($0.status.rawValue)\($0.domain.isEmpty ? "" : " (\($0.domain))")\($0.isWeak ? " weak" : "")" }
            words.append("dmarc policy \(policy?.rawValue ?? "absent")")
            return words.joined(separator: ", ")
        }
    }

    private let names: any NameSystem
    private let loadSuffixes: @Sendable () -> PublicSuffixes
    private var suffixes: PublicSuffixes { loadSuffixes() }

    /// - Parameter suffixes: asked for when the first mail needs them.
    package init(names: any NameSystem, suffixes: @escaping @Sendable () -> PublicSuffixes) {
        self.names = names
        loadSuffixes = suffixes
    }

    /// - Parameters:
    ///   - peer: the address of the client; nil when it is a mail server of ours, of which SPF says nothing.
    ///   - from: the domain of the one mailbox of the From field; nil when there is not exactly one.
    package func check(_ raw: [UInt8], peer: String?, envelopeFrom: MailAddress?, greeting: String, from: String?, at now: Timestamp) async -> Findings {
        let names = names
        async let signatures = DKIM.verify(raw, at: now, names: names)
        let spf: SPF.Result
        if let peer {
            spf = await SPF.check(peer: peer, from: envelopeFrom, greeting: greeting, names: names)
        } else {
            spf = SPF.Result(status: .none, domain: "", reason: "it came through a mail server of ours")
        }
        let dkim = await signatures
        guard let from, SPF.isName(from) else {
            return Findings(verification: Verification(.unverified, "the From field does not name one sender"), spf: spf, dkim: dkim, policy: nil)
        }
        // Without SPF or a signature nothing could pass, and a domain that forbids it is still worth asking for.
        guard peer != nil || !dkim.isEmpty else {
            return Findings(verification: Verification(.unverified, "it came through a mail server of ours, without a signature"), spf: spf, dkim: dkim, policy: nil)
        }
        return await judge(from.lowercased(), spf, dkim, hasPeer: peer != nil)
    }

    private func judge(_ from: String, _ spf: SPF.Result, _ dkim: [DKIM.Result], hasPeer: Bool) async -> Findings {
        let finding = await DMARC.find(from, suffixes, names)
        var record: DMARC.Record?
        if case .record(let found) = finding { record = found }
        func findings(_ verdict: Verification.Verdict, _ explanation: String) -> Findings {
            Findings(verification: Verification(verdict, explanation), spf: spf, dkim: dkim, policy: record?.policy)
        }
        let mark = record == nil ? "" : ", DMARC pass"
        if let signer = dkim.first(where: { $0.status == .pass && !$0.isWeak && suffixes.areAligned($0.domain, from, strict: record?.isStrictForDKIM ?? false) }) {
            return findings(.verified, "DKIM of \(signer.domain)\(mark)")
        }
        let isSPFAligned = suffixes.areAligned(spf.domain, from, strict: record?.isStrictForSPF ?? false)
        // Alone SPF only tells that the machine may send for the domain; where the owner has said by DMARC that this is enough, it is.
        if isSPFAligned, spf.status == .pass {
            return record == nil ? findings(.unverified, "SPF of \(spf.domain) passes, but nothing is signed") : findings(.verified, "SPF of \(spf.domain), DMARC pass")
        }
        // What could not be asked for today may have been the proof.
        if case .unknown(let why) = finding { return findings(.unverified, "the name system does not answer: \(why)") }
        if spf.status == .temperror || dkim.contains(where: { $0.status == .temperror }) { return findings(.unverified, "the name system does not answer") }
        let why = reason(from, spf, dkim)
        switch record?.policy {
        // Behind a mail server of ours, SPF was seen by that server alone: only a signature that is broken or missing is known here.
        case .quarantine?, .reject?: return hasPeer ? findings(.failed, "DMARC fail for \(from): \(why)") : findings(.unverified, "no proof for \(from): \(why)")
        case DMARC.Policy.none?: return findings(.unverified, "DMARC fail for \(from), which asks for nothing to be done: \(why)")
        case nil:
            if isSPFAligned, spf.status == .fail { return findings(.failed, "SPF of \(from) says that this machine may not send for it") }
            return findings(.unverified, "no proof for \(from): \(why)")
        }
    }

    private func reason(_ from: String, _ spf: SPF.Result, _ dkim: [DKIM.Result]) -> String {
        let own = dkim.first { suffixes.areAligned($0.domain, from) }
        if let own, own.isWeak { return "the signature covers only a part of the text" }
        if let own { return own.reason }
        if let other = dkim.first(where: { $0.status == .pass }) { return "signed by \(other.domain)" }
        return dkim.isEmpty ? "it is not signed" : dkim[0].reason
    }
}
