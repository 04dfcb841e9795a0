import Messages

/// One evaluation of SPF records with its limits (RFC 7208 §4.6.4): ten terms that ask, two questions that come back empty.
struct SPFRun {
    private static let mostTerms = 10
    private static let mostEmpty = 2
    /// Mail exchangers of one `mx`, names of one `ptr`.
    private static let mostHosts = 10
    private static let mostRecordOctets = 4096

    let address: [UInt8]
    let local: String
    let senderDomain: String
    let greeting: String
    let names: any NameSystem
    private var terms = 0
    private var empty = 0

    init(address: [UInt8], local: String, senderDomain: String, greeting: String, names: any NameSystem) {
        self.address = address
        self.local = local
        self.senderDomain = senderDomain
        self.greeting = greeting
        self.names = names
    }

    /// What ends the evaluation at once.
    private enum Stop: Error {
        case temporary(String)
        case permanent(String)
    }

    mutating func check(_ domain: String, depth: Int) async -> (SPF.Status, String) {
        do throws(Stop) {
            guard let record = try await record(of: domain) else { return (.none, "\(domain) has no SPF record") }
            return try await evaluate(record, domain, depth)
        } catch {
            switch error {
            case .temporary(let why): return (.temperror, why)
            case .permanent(let why): return (.permerror, why)
            }
        }
    }

    /// The one record that begins with `v=spf1`; two of them are an error (§4.5).
    private func record(of domain: String) async throws(Stop) -> [Substring]? {
        let records: [NameRecord]
        do throws(NameFailure) { records = try await names.records(.txt, of: domain) } catch { throw .temporary("the name servers of \(domain): \(error.explanation)") }
        var found: [String] = []
        for case .text(let octets) in records where octets.count <= Self.mostRecordOctets {
            guard octets.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { continue }
            let text = String(decoding: octets, as: UTF8.self)
            let version = text.prefix { $0 != " " }
            if version.lowercased() == "v=spf1" { found.append(text) }
        }
        guard found.count <= 1 else { throw .permanent("\(domain) has more than one SPF record") }
        return found.first?.split(separator: " ").dropFirst().map { $0 }
    }

    private mutating func evaluate(_ record: [Substring], _ domain: String, _ depth: Int) async throws(Stop) -> (SPF.Status, String) {
        var redirect: Substring?
        var mechanisms: [SPFTerm] = []
        // Every term is read before the first is asked: an error anywhere is an error (§4.6).
        for text in record {
            if let modifier = SPFTerm.modifier(text) {
                guard ["redirect", "exp"].contains(modifier.name) else { continue }
                if modifier.name == "redirect" {
                    guard redirect == nil else { throw .permanent("the SPF record of \(domain) redirects twice") }
                    redirect = modifier.value
                }
                continue
            }
            guard let term = SPFTerm(text) else { throw .permanent("the SPF record of \(domain) has a term that is wrong") }
            mechanisms.append(term)
        }
        for term in mechanisms where try await matches(term, domain, depth) {
            return (term.result, "\(domain) says so")
        }
        guard let redirect else { return (.neutral, "\(domain) says nothing about this machine") }
        try countTerm()
        let target = try expand(redirect, domain)
        guard depth < Self.mostTerms, SPF.isName(target) else { throw .permanent("the SPF record of \(domain) redirects to nowhere") }
        let (status, reason) = await check(target, depth: depth + 1)
        return status == .none ? (.permerror, "\(target) has no SPF record") : (status, reason)
    }

    private mutating func matches(_ term: SPFTerm, _ domain: String, _ depth: Int) async throws(Stop) -> Bool {
        switch term.mechanism {
        case .all: return true
        case .network(let network, let length): return Self.isIn(address, network, length)
        case .include(let spec):
            try countTerm()
            let target = try expand(spec[...], domain)
            guard depth < Self.mostTerms, SPF.isName(target) else { throw .permanent("the SPF record of \(domain) includes nothing") }
            let (status, reason) = await check(target, depth: depth + 1)
            switch status {
            case .pass: return true
            case .fail, .softfail, .neutral: return false
            case .temperror: throw .temporary(reason)
            case .none, .permerror: throw .permanent(reason)
            }
        case .a(let spec, let v4, let v6):
            try countTerm()
            let target = try target(spec, domain)
            return try await addresses(of: target, counts: true).contains { Self.isIn(address, $0, $0.count == 4 ? v4 : v6) }
        case .mx(let spec, let v4, let v6):
            try countTerm()
            let target = try target(spec, domain)
            let exchanges = try await ask(.mx, target, counts: true)
            guard exchanges.count <= Self.mostHosts else { throw .permanent("\(target) has more than \(Self.mostHosts) mail exchangers") }
            for case .exchange(_, let host) in exchanges where SPF.isName(host) {
                if try await addresses(of: host, counts: false).contains(where: { Self.isIn(address, $0, $0.count == 4 ? v4 : v6) }) { return true }
            }
            return false
        case .ptr(let spec):
            try countTerm()
            let target = try target(spec, domain).lowercased()
            // An error here is no match (§5.5).
            guard let pointers = try? await ask(.ptr, Self.reverseName(address), counts: true) else { return false }
            for case .pointer(let host) in pointers.prefix(Self.mostHosts) {
                let host = host.lowercased()
                guard host == target || host.hasSuffix(".\(target)"), SPF.isName(host), let back = try? await addresses(of: host, counts: false) else { continue }
                if back.contains(address) { return true }
            }
            return false
        case .exists(let spec):
            try countTerm()
            let target = try expand(spec[...], domain)
            guard SPF.isName(target) else { throw .permanent("the SPF record of \(domain) asks for no name") }
            return try await !ask(.a, target, counts: true).isEmpty
        }
    }

    private mutating func countTerm() throws(Stop) {
        terms += 1
        if terms > Self.mostTerms { throw .permanent("the SPF record asks more than \(Self.mostTerms) times") }
    }

    private func target(_ spec: String?, _ domain: String) throws(Stop) -> String {
        let target = if let spec { try expand(spec[...], domain) } else { domain }
        guard SPF.isName(target) else { throw .permanent("the SPF record of \(domain) asks for no name") }
        return target
    }

    private mutating func ask(_ kind: NameRecord.Kind, _ name: String, counts: Bool) async throws(Stop) -> [NameRecord] {
        let records: [NameRecord]
        do throws(NameFailure) { records = try await names.records(kind, of: name) } catch { throw .temporary("the name servers of \(name): \(error.explanation)") }
        if counts, records.isEmpty {
            empty += 1
            if empty > Self.mostEmpty { throw .permanent("the SPF record asks for more than \(Self.mostEmpty) names that are not there") }
        }
        return records
    }

    private mutating func addresses(of name: String, counts: Bool) async throws(Stop) -> [[UInt8]] {
        try await ask(address.count == 4 ? .a : .aaaa, name, counts: counts).compactMap { if case .address(let octets) = $0 { octets } else { nil } }
    }

    static func isIn(_ address: [UInt8], _ network: [UInt8], _ length: Int) -> Bool {
        guard address.count == network.count, length <= address.count * 8 else { return false }
        for index in 0..<(length / 8) where address[index] != network[index] { return false }
        let rest = length % 8
        guard rest > 0 else { return true }
        let mask = UInt8.max << UInt8(8 - rest)
        return address[length / 8] & mask == network[length / 8] & mask
    }

    static func reverseName(_ address: [UInt8]) -> String {
        if address.count == 4 { return address.reversed().map(String.init).joined(separator: ".") + ".in-addr.arpa" }
        return nibbles(address).reversed().joined(separator: ".") + ".ip6.arpa"
    }

    private static func nibbles(_ address: [UInt8]) -> [String] {
        address.flatMap { [String($0 >> 4, radix: 16), String($0 & 15, radix: 16)] }
    }

    /// Puts values in the place of macros (§7): `%{ir}.%{v}._spf.%{d2}`.
    private func expand(_ spec: Substring, _ domain: String) throws(Stop) -> String {
        var output = ""
        var rest = Substring(spec)
        while let character = rest.popFirst() {
            guard character == "%" else {
                output.append(character)
                continue
            }
            switch rest.popFirst() {
            case "%": output.append("%")
            case "_": output.append(" ")
            case "-": output.append("%20")
            case "{":
                guard let end = rest.firstIndex(of: "}"), let value = macro(rest[..<end], domain) else { throw .permanent("the SPF record of \(domain) has a macro that is wrong") }
                output += value
                rest = rest[rest.index(after: end)...]
            default: throw .permanent("the SPF record of \(domain) has a macro that is wrong")
            }
            guard output.utf8.count <= 4096 else { throw .permanent("a name in the SPF record of \(domain) is too long") }
        }
        // What is too long loses labels from the left (§7.3).
        while output.utf8.count > 253, let dot = output.firstIndex(of: ".") { output = String(output[output.index(after: dot)...]) }
        return output
    }

    private func macro(_ text: Substring, _ domain: String) -> String? {
        var text = text
        guard let letter = text.popFirst() else { return nil }
        var value: String
        switch letter.lowercased() {
        case "s": value = "\(local)@\(senderDomain)"
        case "l": value = local
        case "o": value = senderDomain
        case "d": value = domain
        case "i": value = address.count == 4 ? address.map(String.init).joined(separator: ".") : Self.nibbles(address).joined(separator: ".")
        // Discouraged, and costly: the word that §7.3 gives for "not known".
        case "p": value = "unknown"
        case "v": value = address.count == 4 ? "in-addr" : "ip6"
        case "h": value = greeting
        default: return nil
        }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        text = text.dropFirst(digits.count)
        var keep = Int.max
        if !digits.isEmpty {
            guard let number = Int(digits), number > 0 else { return nil }
            keep = number
        }
        var isReversed = false
        if text.first == "r" || text.first == "R" {
            isReversed = true
            text.removeFirst()
        }
        guard text.allSatisfy({ ".-+,/_=".contains($0) }) else { return nil }
        let separators = text.isEmpty ? "." : String(text)
        var parts = value.split(omittingEmptySubsequences: false) { separators.contains($0) }
        if isReversed { parts.reverse() }
        value = parts.suffix(keep).joined(separator: ".")
        guard letter.isUppercase else { return value }
        return value.utf8.map { octet in
            let isUnreserved = (0x30...0x39).contains(octet) || (0x41...0x5A).contains(octet) || (0x61...0x7A).contains(octet) || [0x2D, 0x2E, 0x5F, 0x7E].contains(octet)
            let digits = Array("0123456789ABCDEF")
            return isUnreserved ? String(UnicodeScalar(octet)) : "%\(digits[Int(octet >> 4)])\(digits[Int(octet & 15)])"
        }.joined()
    }
}
