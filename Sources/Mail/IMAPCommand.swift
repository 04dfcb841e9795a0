import Messages

/// One command to an IMAP server as octets, in pieces: after each but the last the server has to say `+`.
package struct IMAPCommand: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        /// Words of ours, as they are.
        case words(String)
        /// A string of any octets: quoted where it can be, else a literal.
        case string(String)
        /// The name of a folder, in the modified UTF-7 of RFC 3501 §5.1.3.
        case folder(String)
    }

    package let tag: String
    package let pieces: [[UInt8]]

    /// - Parameter literalsAtOnce: up to how many octets a literal may follow without waiting for the server (RFC 7888): `Int.max` for
    ///   LITERAL+, 4,096 for LITERAL-, -1 for neither.
    package init(tag: String, _ parts: [Part], literalsAtOnce: Int) {
        var pieces: [[UInt8]] = []
        var current = Array(tag.utf8)
        for part in parts {
            current.append(0x20)
            switch part {
            case .words(let words): current += words.utf8
            case .folder(let name): current += Self.quoted(Array(IMAPFolderName.encode(name).utf8))
            case .string(let text):
                let octets = Array(text.utf8)
                if octets.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
                    current += Self.quoted(octets)
                } else if octets.count <= literalsAtOnce {
                    current += Array("{\(octets.count)+}\r\n".utf8) + octets
                } else {
                    pieces.append(current + Array("{\(octets.count)}\r\n".utf8))
                    current = octets
                }
            }
        }
        pieces.append(current + [0x0D, 0x0A])
        self.tag = tag
        self.pieces = pieces
    }

    private static func quoted(_ octets: [UInt8]) -> [UInt8] {
        var output: [UInt8] = [UInt8(ascii: "\"")]
        for octet in octets {
            if octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "\\") { output.append(UInt8(ascii: "\\")) }
            output.append(octet)
        }
        return output + [UInt8(ascii: "\"")]
    }

    /// UIDs as a set: `3:5,9`. They must rise.
    package static func set(_ uids: some Collection<UInt32>) -> String {
        var text = ""
        var run: (first: UInt32, last: UInt32)?
        func close() {
            guard let run else { return }
            text += "\(text.isEmpty ? "" : ",")\(run.first)\(run.last > run.first ? ":\(run.last)" : "")"
        }
        for uid in uids {
            if let open = run, open.last < .max, uid == open.last + 1 {
                run = (open.first, uid)
            } else {
                close()
                run = (uid, uid)
            }
        }
        close()
        return text
    }
}

/// What AUTHENTICATE sends, in Base64.
package enum IMAPCredentials {
    /// SASL PLAIN (RFC 4616).
    package static func plain(user: String, password: String) -> String {
        Base64.encode([0] + Array(user.utf8) + [0] + Array(password.utf8))
    }

    /// XOAUTH2, as Google and Microsoft define it.
    package static func xoauth2(user: String, token: String) -> String {
        Base64.encode(Array("user=\(user)\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8))
    }
}

/// Names of folders on the wire.
package enum IMAPFolderName {
    /// `Entwürfe` is `Entw&APw-rfe`: what is not visible ASCII in UTF-16 and Base64 with a comma for the slash; `&` itself is `&-`.
    package static func encode(_ name: String) -> String {
        var output = ""
        var shifted: [UInt8] = []
        func flush() {
            guard !shifted.isEmpty else { return }
            let encoded = Base64.encode(shifted).replacing(by: ["/": ","], without: "=")
            output += "&\(encoded)-"
            shifted = []
        }
        for scalar in name.unicodeScalars {
            if (0x20...0x7E).contains(scalar.value) {
                flush()
                output += scalar == "&" ? "&-" : String(scalar)
            } else {
                for unit in String(scalar).utf16 { shifted += [UInt8(unit >> 8), UInt8(unit & 0xFF)] }
            }
        }
        flush()
        return output
    }
}

extension String {
    fileprivate func replacing(by pairs: [Character: Character], without dropped: Character) -> String {
        String(compactMap { $0 == dropped ? nil : pairs[$0] ?? $0 })
    }
}
