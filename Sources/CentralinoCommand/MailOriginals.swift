import Gateway
import Mail

/// Reads mails again for the console: their formatted text and their attachments.
struct MailOriginals: OriginalReader {
    func page(_ raw: [UInt8], showsRemoteImages: Bool) -> OriginalPage? {
        MailMessage.page(raw, showsRemoteImages: showsRemoteImages).map { OriginalPage(html: $0.html, blockedImages: $0.blockedImages) }
    }

    func file(_ sha256: String, in raw: [UInt8]) -> OriginalFile? {
        MailMessage.file(sha256, in: raw).map { OriginalFile(name: $0.name, bytes: $0.bytes) }
    }
}
