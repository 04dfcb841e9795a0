/// What a short message says to a question of the bot: yes, no, or leave it. Only when it says nothing else.
enum ShortReply {
    case yes, no, cancel

    private static let yesWords: Set<String> = [
        "si", "yes", "yep", "yeah", "yup", "ok", "okay", "certo", "certamente", "confermo", "conferma", "confirm", "confirmed", "sure", "esatto", "giusto", "correct", "procedi",
        "proceda", "procedete", "proceed", "affermativo", "absolutely", "sisi", "volentieri",
    ]
    private static let noWords: Set<String> = ["no", "nope", "nah", "non", "not", "negativo", "dont"]
    private static let cancelWords: Set<String> = ["annulla", "annullare", "cancel", "stop", "basta", "esci", "quit", "abort", "interrompi", "exit"]
    private static let cancelPhrases: Set<String> = [
        "lascia stare", "lascia perdere", "lasci stare", "lasci perdere", "lasciamo stare", "lasciamo perdere", "non importa", "fa niente", "non fa niente", "never mind",
        "nevermind", "forget it", "forget about it", "leave it", "drop it", "come non detto", "ho cambiato idea", "i changed my mind", "ci ho ripensato", "niente", "nothing",
        "doesn t matter", "it doesn t matter",
    ]
    private static let fillers: Set<String> = [
        "grazie", "thanks", "thank", "you", "please", "prego", "per", "favore", "va", "bene", "pure", "vai", "do", "it", "go", "ahead", "fallo", "fatelo", "of", "course",
        "that", "is", "that's", "s", "e", "ed", "lo", "i", "voglio", "want", "to", "cortesia", "all", "right", "alright", "d", "accordo", "assolutamente", "mi", "pls",
    ]

    init?(_ text: String) {
        let words = PlainWords(text.squeezed())
        guard words.words.count <= 6 else { return nil }
        if words.words.isEmpty {
            switch text.trimmed().unicodeScalars.first {
            case "👍", "👌", "✅": self = .yes
            case "👎", "❌": self = .no
            default: return nil
            }
            return
        }
        if Self.cancelPhrases.contains(words.words.filter { $0 != "no" && $0 != "grazie" && $0 != "thanks" && $0 != "ok" }.joined(separator: " ")) {
            self = .cancel
            return
        }
        func isOnly(_ set: Set<String>) -> Bool { words.words.contains(where: set.contains) && words.words.allSatisfy { set.contains($0) || Self.fillers.contains($0) } }
        if isOnly(Self.cancelWords.union(["no"])), words.words.contains(where: Self.cancelWords.contains) {
            self = .cancel
        } else if !words.isQuestion, isOnly(Self.yesWords) || ["va bene", "go ahead", "of course", "d accordo", "all right", "alright", "do it"].contains(words.text) {
            self = .yes
        } else if isOnly(Self.noWords) {
            self = .no
        } else {
            return nil
        }
    }
}

/// "No, I meant …": what comes after such words, which is what counts.
package enum Correction {
    private static let openings: [[String]] = [
        "no intendevo", "intendevo", "no volevo dire", "volevo dire", "no dicevo", "scusa volevo dire", "scusi volevo dire", "scusa intendevo", "scusi intendevo", "no mi riferivo",
        "mi riferivo", "no mi sono sbagliato", "mi sono sbagliato", "mi sono sbagliata", "ho sbagliato", "no ho sbagliato", "no parlavo", "no i meant", "i meant", "sorry i meant",
        "no sorry i meant", "i mean", "no i mean", "i was talking about", "no i was talking about", "no i was asking about", "i was asking about", "my mistake", "no that s wrong",
        "no e", "no it s", "no it is", "anzi",
        "correggo", "correction", "sorry it s", "no sorry it s", "scusa e", "scusi e", "scusate e", "scusate intendevo", "scusate volevo dire", "errore mio",
    ].map { $0.split(separator: " ").map(String.init) }.sorted { $0.count > $1.count }

    /// The rest of the text, as it is written; nil when the message does not begin so, or ends there.
    package static func rest(of text: String) -> String? {
        var beginning = PlainWords(String(text.prefix(80))).words
        // "No no no, I meant".
        let repeated = max(0, beginning.prefix { $0 == "no" }.count - 1)
        beginning.removeFirst(repeated)
        guard let opening = openings.first(where: { beginning.starts(with: $0) }) else {
            // "No, 123456": a no with something behind a comma.
            guard beginning.first == "no", let comma = text.firstIndex(of: ","), comma < text.index(text.startIndex, offsetBy: min(6, text.count)) else { return nil }
            let rest = String(text[text.index(after: comma)...]).trimmed()
            return rest.contains(where: \.isNumber) || rest.contains("@") ? rest : nil
        }
        var rest = text[...]
        for _ in 0..<(opening.count + repeated) {
            rest = rest.drop { !$0.isLetter && !$0.isNumber }
            rest = rest.drop { $0.isLetter || $0.isNumber }
            // Words of one letter after an apostrophe ("it's") end with the word.
        }
        let found = String(rest.drop { !$0.isLetter && !$0.isNumber && $0 != "+" && $0 != "€" && $0 != "#" })
        return found.contains { $0.isLetter || $0.isNumber } ? found : nil
    }
}
