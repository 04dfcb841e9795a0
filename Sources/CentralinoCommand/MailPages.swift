import Gateway
import Mail

/// Reads the formatted text of mails again for the console.
struct MailPages: OriginalReader {
    func page(_ raw: [UInt8], showsRemoteImages: Bool) -> OriginalPage? {
        MailMessage.page(raw, showsRemoteImages: showsRemoteImages).map { OriginalPage(html: $0.html, blockedImages: $0.blockedImages) }
    }
}
