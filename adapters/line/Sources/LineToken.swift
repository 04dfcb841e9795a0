import ChannelKit
import Messages

/// What a customer shows to go on with a conversation: 128 random bits as a text that can be typed.
struct LineToken {
    let text: String

    static func make() -> LineToken {
        LineToken(text: Base32.encode(Signatures.randomBytes(16)))
    }

    private init(text: String) { self.text = text }

    /// A token of the right form; nil for anything else. Whether a conversation belongs to it is the store's knowledge.
    init?(typed text: String) {
        let lowered = text.lowercased()
        guard lowered.utf8.count == 26, lowered.utf8.allSatisfy(Base32.isLetter) else { return nil }
        self.text = lowered
    }

    /// The identity's address. A hash, so that whoever reads the store cannot take a conversation over.
    var address: String { "line:" + Hex.encode(Signatures.sha256(Array(text.utf8))) }
}
