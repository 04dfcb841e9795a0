/// What a short message says to the bot: yes, no, leave it, or that another of the things was meant. Only when it says nothing else.
enum ShortReply {
    case yes, no, cancel, other

    private static let yesWords: Set<String> = [
        "si", "yes", "yep", "yeah", "yup", "ok", "okay", "certo", "certamente", "confermo", "conferma", "confirm", "confirmed", "sure", "esatto", "giusto", "correct", "procedi",
        "proceda", "procedete", "proceed", "affermativo", "absolutely", "sisi", "volentieri", "benissimo", "perfetto", "perfect", "esattamente", "exactly", "right", "ovvio",
        "ovviamente",
        "naturalmente", "sicuro", "sicuramente", "definitely", "indeed", "ottimo", "great",
    ]
    private static let noWords: Set<String> = ["no", "nope", "nah", "non", "not", "negativo", "dont"]
    private static let cancelWords: Set<String> = ["annulla", "annullare", "cancel", "stop", "basta", "esci", "quit", "abort", "interrompi", "exit"]
    private static let cancelPhrases: Set<String> = [
        "lascia stare", "lascia perdere", "lasci stare", "lasci perdere", "lasciamo stare", "lasciamo perdere", "non importa", "fa niente", "non fa niente", "never mind",
        "nevermind", "forget it", "forget about it", "leave it", "drop it", "come non detto", "ho cambiato idea", "i changed my mind", "ci ho ripensato", "niente", "nothing",
        "doesn t matter", "it doesn t matter",
    ]
    private static let noPhrases: Set<String> = ["i don t think so", "non credo", "i d rather not", "id rather not", "non sono sicuro", "i m not sure", "not sure"]
    private static let otherPhrases: Set<String> = [
        "the other one", "the other thing", "the other", "not that one", "not that", "another one", "l altro", "l altra", "l altra cosa", "quell altro", "quell altra", "quello no",
        "quella no", "non quello", "non quella", "un altro", "un altra", "altro",
    ]
    private static let fillers: Set<String> = [
        "grazie", "thanks", "thank", "you", "please", "prego", "per", "favore", "va", "bene", "pure", "vai", "do", "it", "go", "ahead", "fallo", "fatelo", "of", "course",
        "that", "is", "s", "ma", "che", "di", "meglio", "better", "ancora", "yet", "tutto", "now", "ora", "direi", "penso", "credo", "looks", "so", "e", "ed", "lo", "i", "voglio",
        "want", "to", "cortesia", "all", "right", "alright", "d", "accordo", "assolutamente", "mi", "pls",
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
        if Self.noPhrases.contains(words.text) {
            self = .no
            return
        }
        if Self.otherPhrases.contains(words.words.drop { $0 == "no" || $0 == "sorry" || $0 == "scusa" || $0 == "intendevo" }.joined(separator: " ")) {
            self = .other
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

    /// Words before what is true, after what is not: "BL-100001, no sorry, BL-100002".
    private static let turns: Set<String> = ["anzi", "no", "sorry", "scusa", "scusi", "scusate", "actually", "cioe", "rather", "mean", "intendevo", "correggo", "wait", "aspetta"]
    private static let opposites: Set<String> = ["but", "ma", "bensi"]

    /// What stands behind such words in the middle of a text, the last first: the beginning may be taken back.
    static func tails(of text: String) -> [String] {
        var tails: [String] = []
        var isDenied = false
        var rest = text.prefix(PlainWords.limit)
        while let start = rest.firstIndex(where: { $0.isLetter || $0.isNumber }) {
            let word = rest[start...].prefix { $0.isLetter || $0.isNumber }
            rest = rest[word.endIndex...]
            let plain = PlainWords(String(word)).text
            if plain == "not" || plain == "non" { isDenied = true }
            // "Not this but that"; "this but how much …" takes nothing back.
            if turns.contains(plain) || isDenied && opposites.contains(plain) { tails.append(String(rest).trimmed()) }
        }
        return tails.reversed().filter { $0.contains { $0.isLetter || $0.isNumber } }
    }

    /// What follows a "no" at the beginning and the words around it: "no sorry, 14 Station Road". Nil where nothing does.
    static func afterNo(_ text: String) -> String? {
        var rest = text.trimmed()[...]
        var isDenial = false
        while let start = rest.firstIndex(where: { $0.isLetter || $0.isNumber }) {
            let word = rest[start...].prefix { $0.isLetter || $0.isNumber }
            let plain = PlainWords(String(word).squeezed()).text
            guard turns.contains(plain) else { break }
            isDenial = true
            rest = rest[word.endIndex...]
        }
        let found = String(rest.drop { !$0.isLetter && !$0.isNumber && $0 != "+" && $0 != "€" && $0 != "#" })
        return isDenial && found.contains { $0.isLetter || $0.isNumber } ? found : nil
    }

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
