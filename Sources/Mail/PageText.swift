/// The octets of a saved or fetched page as text.
package enum PageText {
    /// By its mark, else as UTF-8 where it is that, whatever it says of itself; else by the charset that came with it, else by the one that it names itself.
    /// What fits none of them is read as windows-1252, so nothing is lost.
    ///
    /// - Parameter contentType: of the answer that brought it: `text/html; charset=iso-8859-1`.
    package static func decoded(_ bytes: [UInt8], contentType: String? = nil) -> String {
        if bytes.starts(with: [0xFF, 0xFE]) { return Charset.decode(bytes, declared: "UTF-16LE").text }
        if bytes.starts(with: [0xFE, 0xFF]) { return Charset.decode(bytes, declared: "UTF-16BE").text }
        if let text = String(validating: bytes, as: UTF8.self) { return text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text }
        let type = contentType?.lowercased() ?? ""
        let named = type.firstRange(of: "charset=").map { String(type[$0.upperBound...].prefix { $0 != ";" }) }
        return Charset.decode(bytes, declared: named ?? Charset.ofPage(bytes) ?? "windows-1252").text
    }
}
