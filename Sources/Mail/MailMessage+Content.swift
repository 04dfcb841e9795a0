import Messages

extension MailMessage {
    /// What of the parts is wanted beyond what they are.
    enum Wanted: Sendable, Hashable {
        case nothing
        /// The octets of every attachment.
        case files
        /// The images that the HTML shows by Content-ID.
        case images
    }

    /// The HTML of the mail, sanitised, with its own images in it; nil when the mail has no HTML.
    package static func page(_ raw: [UInt8], showsRemoteImages: Bool) -> HTMLSanitizer.Result? {
        let mail = read(raw, envelopeFrom: nil, ownAddresses: [], digests: false, isInner: false, wanted: .images)
        guard let page = mail.page else { return nil }
        var images: [String: String] = [:]
        for image in mail.kept {
            guard let mime = imageType(image.bytes) else { continue }
            images[image.name.lowercased()] = "data:\(mime);base64,\(Base64.encode(image.bytes))"
        }
        let found = images
        return HTMLSanitizer(showsRemoteImages: showsRemoteImages, image: { found[$0.lowercased()] }).sanitize(page)
    }

    /// Told by the first octets, whatever the sender says; nil for what is no picture of pixels.
    private static func imageType(_ bytes: [UInt8]) -> String? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return "image/png" }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        if bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8) { return "image/gif" }
        if bytes.count > 12, bytes.starts(with: "RIFF".utf8), bytes[8..<12].elementsEqual("WEBP".utf8) { return "image/webp" }
        return nil
    }
}
