/// A meeting in a mail (RFC 5545, 5546, 6047) as one readable line: such mails often hold no other words.
enum Invitation {
    /// Nil when the text holds no event.
    static func line(_ text: String) -> String? {
        var method = ""
        var inEvent = false
        var fields: [String: String] = [:]
        var answer: String?
        for line in unfolded(text) {
            guard let colon = endOfName(line) else { continue }
            let head = line[..<colon]
            let name = head.prefix { $0 != ";" }.uppercased()
            let value = unescaped(line[line.index(after: colon)...])
            switch name {
            case "METHOD": method = value.uppercased()
            case "BEGIN" where value.uppercased() == "VEVENT":
                if inEvent || !fields.isEmpty { return shown(method, fields, answer) }
                inEvent = true
            case "END" where value.uppercased() == "VEVENT": inEvent = false
            case "SUMMARY", "LOCATION", "DTSTART", "DTEND", "ORGANIZER", "STATUS":
                if inEvent, fields[name] == nil {
                    fields[name] = name == "ORGANIZER" ? address(value) : name.hasPrefix("DT") ? moment(value, head) : EncodedWords.tidy(String(value.prefix(200)))
                }
            case "ATTENDEE":
                if inEvent, method == "REPLY", answer == nil {
                    let upper = head.uppercased()
                    let said = ["ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentatively accepted"].first { upper.contains("PARTSTAT=\($0.key)") }
                    answer = said.map { "\(address(value)) \($0.value)" }
                }
            default: break
            }
        }
        return fields.isEmpty ? nil : shown(method, fields, answer)
    }

    private static func shown(_ method: String, _ fields: [String: String], _ answer: String?) -> String {
        let kind: String
        switch method {
        case "REPLY": kind = "Answer to an invitation"
        case "CANCEL": kind = "Cancelled meeting"
        case "REQUEST": kind = "Invitation"
        default: kind = fields["STATUS"]?.uppercased() == "CANCELLED" ? "Cancelled meeting" : "Meeting"
        }
        var words = "\(kind): \(fields["SUMMARY"] ?? "(no title)")"
        if let start = fields["DTSTART"] { words += ", \(start)" + (fields["DTEND"].map { " – \($0)" } ?? "") }
        if let place = fields["LOCATION"], !place.isEmpty { words += ", \(place)" }
        if let organizer = fields["ORGANIZER"], !organizer.isEmpty { words += ", by \(organizer)" }
        if let answer { words += ": \(answer)" }
        return words
    }

    /// `20260302T103000Z` as `2026-03-02 10:30 UTC`; a zone is named as the sender names it.
    private static func moment(_ value: String, _ head: Substring) -> String {
        let digits = Array(value.utf8.prefix(16))
        guard digits.count >= 8, digits.prefix(8).allSatisfy({ (0x30...0x39).contains($0) }) else { return EncodedWords.tidy(String(value.prefix(40))) }
        func part(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
        var shown = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))"
        if digits.count >= 13, digits[8] == UInt8(ascii: "T") {
            shown += " \(part(9..<11)):\(part(11..<13))"
            if digits.last == UInt8(ascii: "Z") {
                shown += " UTC"
            } else if let zone = head.split(separator: ";").first(where: { $0.uppercased().hasPrefix("TZID=") }) {
                shown += " " + EncodedWords.tidy(String(zone.dropFirst(5).prefix(60)).filter { $0 != "\"" })
            }
        }
        return shown
    }

    private static func address(_ value: String) -> String {
        let text = value.lowercased().hasPrefix("mailto:") ? String(value.dropFirst(7)) : value
        return EncodedWords.tidy(String(text.prefix(200)))
    }

    /// The colon behind the name and its parameters, which may hold colons in quotes.
    private static func endOfName(_ line: String) -> String.Index? {
        var isQuoted = false
        return line.indices.first { index in
            if line[index] == "\"" { isQuoted.toggle() }
            return line[index] == ":" && !isQuoted
        }
    }

    private static func unescaped(_ text: Substring) -> String {
        String(text).replacing("\\n", with: " ").replacing("\\N", with: " ").replacing("\\,", with: ",").replacing("\\;", with: ";").replacing("\\\\", with: "\\")
    }

    /// At most 2,000 lines, those of folding put together (RFC 5545 §3.1).
    private static func unfolded(_ text: String) -> [String] {
        var lines: [String] = []
        for line in text.prefix(262_144).split(maxSplits: 4000, whereSeparator: \.isNewline) {
            if let first = line.first, first == " " || first == "\t", !lines.isEmpty {
                if lines[lines.count - 1].utf8.count < 8000 { lines[lines.count - 1] += line.dropFirst() }
            } else if lines.count < 2000 {
                lines.append(String(line.prefix(4000)))
            } else {
                break
            }
        }
        return lines
    }
}
