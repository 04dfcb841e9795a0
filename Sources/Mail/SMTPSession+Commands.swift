extension SMTPSession {
    /// Carries out one command line (without its CRLF).
    mutating func command(_ line: [UInt8], isLast: Bool) -> Step? {
        let blank = line.firstIndex(of: 0x20) ?? line.count
        let verb = blank <= 12 ? String(decoding: line[..<blank], as: UTF8.self).uppercased() : ""
        var rest = line[blank...]
        while rest.first == 0x20 { rest.removeFirst() }
        while rest.last == 0x20 { rest.removeLast() }
        switch verb {
        case "EHLO", "HELO", "LHLO":
            // RFC 2033 §4.1: one port speaks one of the two.
            guard (verb == "LHLO") == (dialect == .lmtp) else { return refuse("500 5.5.1 Say \(dialect == .lmtp ? "LHLO" : "EHLO")") }
            return hello(rest, isExtended: verb != "HELO")
        case "MAIL": return mail(rest)
        case "RCPT": return rcpt(rest)
        case "DATA": return data(rest, isLast: isLast)
        case "RSET":
            guard rest.isEmpty else { return refuse("501 5.5.4 RSET has no argument") }
            forgetTransaction()
            reply("250 2.0.0 Forgotten")
        case "NOOP": reply("250 2.0.0 OK")
        case "VRFY": reply("252 2.5.0 Send a message and see")
        case "HELP": reply("214 2.0.0 \(dialect == .lmtp ? "LHLO" : "EHLO HELO") MAIL RCPT DATA RSET NOOP VRFY STARTTLS QUIT, see RFC 5321")
        case "QUIT":
            guard rest.isEmpty else { return refuse("501 5.5.4 QUIT has no argument") }
            return close("221 2.0.0 \(hostname) closing the connection", draining: false)
        case "STARTTLS": return startTLS(rest, isLast: isLast)
        case "AUTH": return refuse("502 5.5.1 Authentication is not offered")
        case "EXPN", "SEND", "SOML", "SAML", "TURN", "ETRN": return refuse("502 5.5.1 Command not implemented")
        // What follows BDAT is a piece of a message, which must not be read as commands.
        case "BDAT": return close("502 5.5.1 CHUNKING is not offered")
        // A browser that was talked into speaking to us: its next lines may be written by somebody else.
        case "GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "DELETE", "PATCH": return close("554 5.5.1 This is not a web server")
        default: return refuse("500 5.5.1 Command not known")
        }
        return nil
    }

    private mutating func hello(_ name: ArraySlice<UInt8>, isExtended: Bool) -> Step? {
        // The name is never said back and never logged, so that it may be anything printable.
        guard !name.isEmpty, name.count <= 255, name.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return refuse("501 5.5.4 Give the name of your host")
        }
        forgetTransaction()
        greeting = String(decoding: name, as: UTF8.self)
        hasGreeted = true
        self.isExtended = isExtended
        guard isExtended else {
            reply("250 \(hostname)")
            return nil
        }
        reply("250-\(hostname)")
        reply("250-PIPELINING")
        reply("250-SIZE \(limits.messageBytes)")
        reply("250-8BITMIME")
        reply("250-SMTPUTF8")
        if offersTLS, !isEncrypted { reply("250-STARTTLS") }
        reply("250 ENHANCEDSTATUSCODES")
        return nil
    }

    private mutating func startTLS(_ argument: ArraySlice<UInt8>, isLast: Bool) -> Step? {
        guard argument.isEmpty else { return refuse("501 5.5.4 STARTTLS has no argument") }
        guard !isEncrypted else { return refuse("503 5.5.1 The connection is encrypted already") }
        guard offersTLS else { return refuse("502 5.5.1 STARTTLS is not offered") }
        // What stands behind STARTTLS in plain text would be obeyed as if it had come through TLS (CVE-2011-0411).
        guard isLast else { return close("554 5.5.1 Commands behind STARTTLS are not allowed") }
        reply("220 2.0.0 Begin TLS")
        phase = .securing
        return .startTLS
    }

    private mutating func mail(_ argument: ArraySlice<UInt8>) -> Step? {
        guard hasGreeted else { return refuse("503 5.5.1 Say EHLO first") }
        guard !hasSender else { return refuse("503 5.5.1 There is a sender already") }
        guard let (path, parameters) = Self.path(argument, after: "FROM:") else { return refuse("501 5.5.4 Write MAIL FROM:<address>") }
        var declared = 0
        var asksUTF8 = false
        var seen: Set<String> = []
        for parameter in parameters {
            let sides = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(decoding: sides[0], as: UTF8.self).uppercased()
            let value = sides.count > 1 ? String(decoding: sides[1], as: UTF8.self).uppercased() : nil
            guard isExtended else { return refuse("555 5.5.4 Parameters need EHLO") }
            guard seen.insert(name).inserted else { return refuse("501 5.5.4 A parameter stands there twice") }
            switch name {
            case "SIZE":
                guard let value, (1...20).contains(value.utf8.count), value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                    return refuse("501 5.5.4 SIZE is a number of octets")
                }
                // Twenty digits may be more than an Int holds: that is too large as well.
                guard let size = Int(value), size <= limits.messageBytes else { return refuse("552 5.3.4 At most \(limits.messageBytes) octets are taken") }
                declared = size
            case "BODY":
                guard value == "7BIT" || value == "8BITMIME" else { return refuse("501 5.5.4 BODY is 7BIT or 8BITMIME") }
            case "SMTPUTF8":
                guard value == nil else { return refuse("501 5.5.4 SMTPUTF8 has no value") }
                asksUTF8 = true
            // RFC 3461: taken, so that whoever sends them gets the message through. DSN is not announced: we write no reports of success, and
            // a server that sees it missing writes its own.
            case "RET":
                guard value == "FULL" || value == "HDRS" else { return refuse("501 5.5.4 RET is FULL or HDRS") }
            case "ENVID":
                guard let value, Self.isXText(value, most: 100) else { return refuse("501 5.5.4 ENVID is no text that can be taken") }
            default: return refuse("555 5.5.4 A parameter is not known")
            }
        }
        guard asksUTF8 || path.allSatisfy({ $0 < 0x80 }) else { return refuse("553 5.6.7 The address needs SMTPUTF8") }
        if path.isEmpty {
            from = nil
        } else {
            guard let address = MailAddress(bytes: Array(path), allowsUTF8: asksUTF8) else { return refuse("553 5.1.7 That is no address of a sender") }
            from = address
        }
        if let refusal = sender(from) {
            from = nil
            reply(refusal)
            return nil
        }
        hasSender = true
        isUTF8 = asksUTF8
        declaredSize = declared
        reply("250 2.1.0 Sender OK")
        return nil
    }

    private mutating func rcpt(_ argument: ArraySlice<UInt8>) -> Step? {
        guard hasSender else { return refuse("503 5.5.1 Give the sender first") }
        guard let (path, parameters) = Self.path(argument, after: "TO:") else { return refuse("501 5.5.4 Write RCPT TO:<address>") }
        if let refusal = Self.refusal(ofRecipient: parameters, isExtended: isExtended) { return refuse(refusal) }
        guard isUTF8 || path.allSatisfy({ $0 < 0x80 }) else { return refuse("553 5.6.7 The address needs SMTPUTF8") }
        guard let address = MailAddress(bytes: Array(path), allowsUTF8: isUTF8) else { return refuse("553 5.1.3 That is no address of a recipient") }
        switch recipient(address) {
        case .unknown: return refuse("550 5.1.1 No such mailbox here")
        case .relaying: return refuse("550 5.7.1 Mail for that domain is not relayed")
        case .accepted: break
        }
        if !recipients.contains(where: { $0.key == address.key }) {
            guard recipients.count < limits.recipients else {
                reply("452 4.5.3 Too many recipients, send the message to the others once more")
                return nil
            }
            recipients.append(address)
        }
        guard accepted.count < limits.recipients * 2 else {
            reply("452 4.5.3 Too many recipients, send the message to the others once more")
            return nil
        }
        accepted.append(address)
        reply("250 2.1.5 Recipient OK")
        return nil
    }

    /// RFC 3461 §4.1, §4.2: NOTIFY and ORCPT, each once.
    private static func refusal(ofRecipient parameters: [ArraySlice<UInt8>], isExtended: Bool) -> String? {
        var seen: Set<String> = []
        for parameter in parameters {
            guard isExtended else { return "555 5.5.4 Parameters need EHLO" }
            let sides = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(decoding: sides[0], as: UTF8.self).uppercased()
            let value = sides.count > 1 ? String(decoding: sides[1], as: UTF8.self) : ""
            guard seen.insert(name).inserted else { return "501 5.5.4 A parameter stands there twice" }
            switch name {
            case "NOTIFY":
                let words = value.uppercased().split(separator: ",", omittingEmptySubsequences: false)
                guard words == ["NEVER"] || words.allSatisfy({ ["SUCCESS", "FAILURE", "DELAY"].contains($0) }) else {
                    return "501 5.5.4 NOTIFY is NEVER, or SUCCESS, FAILURE, DELAY"
                }
            case "ORCPT":
                let parts = value.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty, isXText(String(parts[1]), most: 500) else { return "501 5.5.4 ORCPT is TYPE;ADDRESS" }
            default: return "555 5.5.4 A parameter is not known"
            }
        }
        return nil
    }

    /// Printable, with `+` and `=` only as `+3D` (RFC 3461 §4); letters outside of ASCII as RFC 6533 allows them.
    private static func isXText(_ text: String, most: Int) -> Bool {
        guard (1...most).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "=") }) else { return false }
        return text.split(separator: "+", omittingEmptySubsequences: false).dropFirst().allSatisfy { piece in
            piece.utf8.count >= 2 && piece.utf8.prefix(2).allSatisfy { (0x30...0x39).contains($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0) }
        }
    }

    private mutating func data(_ argument: ArraySlice<UInt8>, isLast: Bool) -> Step? {
        guard argument.isEmpty else { return refuse("501 5.5.4 DATA has no argument") }
        guard hasSender else { return refuse("503 5.5.1 Give the sender first") }
        guard !recipients.isEmpty else { return refuse("554 5.5.1 No recipient was taken") }
        // RFC 2920 §3.1: DATA is the last of a group. Talk before the 354 comes from somebody who does not listen, and if the
        // answer had been another, it would have been read as commands.
        guard isLast else { return close("503 5.5.0 Wait for the answer to DATA") }
        reply("354 End with a line that is a dot")
        phase = .data
        content = []
        isAtLineStart = true
        isTooLarge = false
        contentCount = 0
        if declaredSize > 0, declaredSize <= Self.smallMessage { content.reserveCapacity(declaredSize) }
        return nil
    }

    /// The text between the angle brackets and the parameters behind; nil when the form is wrong. Blanks before the bracket are
    /// taken (RFC 5321 forbids them, many send them).
    private static func path(_ argument: ArraySlice<UInt8>, after keyword: StaticString) -> (path: ArraySlice<UInt8>, parameters: [ArraySlice<UInt8>])? {
        var rest = argument
        for index in 0..<keyword.utf8CodeUnitCount {
            guard let byte = rest.popFirst(), (0x61...0x7A).contains(byte) ? byte - 0x20 == keyword.utf8Start[index] : byte == keyword.utf8Start[index] else { return nil }
        }
        while rest.first == 0x20 { rest.removeFirst() }
        guard rest.popFirst() == UInt8(ascii: "<") else { return nil }
        var index = rest.startIndex
        var isQuoted = false
        while index < rest.endIndex, isQuoted || rest[index] != UInt8(ascii: ">") {
            if rest[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted, rest[index] == UInt8(ascii: "\\") { index += 1 }
            index += 1
        }
        guard index < rest.endIndex else { return nil }
        let path = rest[..<index]
        rest = rest[(index + 1)...]
        guard rest.isEmpty || rest.first == 0x20 else { return nil }
        return (path, rest.split(separator: 0x20))
    }
}
