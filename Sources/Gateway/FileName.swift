/// File names as strangers choose them, for display and for saving: a name, never a path, and nothing that misleads.
package enum FileName {
    /// What may be shown: without folders, control and format characters, dots and blanks around it; at most 150 octets with its extension
    /// kept. `file` when nothing is left.
    package static func shown(_ raw: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in raw.unicodeScalars {
            switch scalar.value {
            case 0x00...0x1F, 0x7F...0x9F, 0xAD, 0x61C, 0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
                continue
            case 0x2028, 0x2029, 0xA0, 0x3000: scalars.append(" ")
            default: scalars.append(scalar)
            }
        }
        // The last part of a path of any system; a colon ends a drive or begins a stream.
        let last = scalars.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last { part in part.contains { $0 != "." && $0 != " " } } ?? []
        var name = String(String.UnicodeScalarView(last.map { "<>:\"|?*".unicodeScalars.contains($0) ? "_" : $0 }))
        name = String(name.drop { ". -~".contains($0) })
        while let character = name.last, character == "." || character == " " { name.removeLast() }
        if name.isEmpty { return "file" }
        // Names that are devices on Windows, whatever follows the dot.
        let stem = name.prefix { $0 != "." }.uppercased()
        if ["CON", "PRN", "AUX", "NUL"].contains(stem) || stem.count == 4 && (stem.hasPrefix("COM") || stem.hasPrefix("LPT")) && stem.last?.isNumber == true { name = "_" + name }
        guard name.utf8.count > 150 else { return name }
        let ending = name.lastIndex(of: ".").map { String(name[$0...]) }.flatMap { $0.utf8.count <= 20 ? $0 : nil } ?? ""
        var start = ""
        for character in name {
            if start.utf8.count + String(character).utf8.count + ending.utf8.count > 150 { break }
            start.append(character)
        }
        return start + ending
    }

    /// `Content-Disposition` of a download (RFC 6266, RFC 8187).
    package static func disposition(_ raw: String?) -> String {
        let name = shown(raw ?? "file")
        let plain = String(name.unicodeScalars.map { $0.value < 0x7F && $0.value >= 0x20 && $0 != "\"" && $0 != "\\" && $0 != "%" && $0 != ";" ? Character($0) : "_" })
        var coded = ""
        for byte in name.utf8 {
            if (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "-._~".utf8.contains(byte) {
                coded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                coded += "%" + String(UInt16(byte) + 0x100, radix: 16, uppercase: true).dropFirst()
            }
        }
        return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(coded)"
    }

    /// A media type as strangers write it, without its parameters; `application/octet-stream` for what is none.
    package static func mediaType(_ raw: String?) -> String {
        let sides = (raw ?? "").prefix { $0 != ";" }.lowercased().filter { $0 != " " }.split(separator: "/", omittingEmptySubsequences: false)
        let isType =
            sides.count == 2
            && sides.allSatisfy { side in (1...100).contains(side.utf8.count) && side.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"(),:;<=>?@[\\]".utf8.contains($0) } }
        return isType ? sides.joined(separator: "/") : "application/octet-stream"
    }
}
