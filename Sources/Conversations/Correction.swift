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
        let text = text.prefix(PlainWords.limit)
        // The "no" of "no-reply@shop.example" takes nothing back.
        for token in text.split(whereSeparator: \.isWhitespace) where !token.contains("@") {
            var rest = token
            while let start = rest.firstIndex(where: { $0.isLetter || $0.isNumber }) {
                let word = rest[start...].prefix { $0.isLetter || $0.isNumber }
                rest = rest[word.endIndex...]
                let plain = PlainWords(String(word)).text
                if plain == "not" || plain == "non" { isDenied = true }
                // "Not this but that"; "this but how much …" takes nothing back.
                if turns.contains(plain) || isDenied && opposites.contains(plain) { tails.append(String(text[word.endIndex...]).trimmed()) }
            }
        }
        return tails.reversed().filter { $0.contains { $0.isLetter || $0.isNumber } }
    }

    /// What follows words at the beginning that take something back: "no sorry, 14 Station Road", "wait, actually 123456". Nil where nothing does.
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
