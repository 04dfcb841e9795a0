/// What a short message says to the bot: yes, no, leave it, or that another of the things was meant. Only when it says nothing else.
enum ShortReply {
    case yes, no, cancel, other

    private static let yesWords: Set<String> = [
        "si", "yes", "yep", "yeah", "yup", "ok", "okay", "certo", "certamente", "confermo", "conferma", "confirm", "confirmed", "sure", "esatto", "giusto", "correct",
        "procedi", "proceda", "procedete", "proceed", "affermativo", "absolutely", "sisi", "volentieri", "benissimo", "perfetto", "perfect", "esattamente", "exactly", "right",
        "ovvio", "ovviamente", "naturalmente", "sicuro", "sicuramente", "definitely", "indeed", "ottimo", "great",
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
        "the other one", "the other thing", "the other", "not that one", "not that", "another one", "l altro", "l altra", "l altra cosa", "quell altro", "quell altra",
        "quello no", "quella no", "non quello", "non quella", "un altro", "un altra", "altro",
    ]
    private static let fillers: Set<String> = [
        "grazie", "thanks", "thank", "you", "please", "prego", "per", "favore", "va", "bene", "pure", "vai", "do", "it", "go", "ahead", "fallo", "fatelo", "of", "course",
        "that", "is", "s", "ma", "che", "di", "meglio", "better", "ancora", "yet", "tutto", "now", "ora", "direi", "penso", "credo", "looks", "so", "e", "ed", "lo", "i",
        "voglio", "want", "to", "cortesia", "all", "right", "alright", "d", "accordo", "assolutamente", "mi", "pls",
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
