/// A word, a number or a mark of a sentence.
struct ReviewToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case word, number, mark }

    var kind: Kind
    /// Folded; a number as it is written.
    var text: String

    /// Words of English keep their apostrophes ("don't", "months'"), those of other languages are parted by them ("l'ordine").
    static func read(_ text: String, language: String) -> [ReviewToken] {
        var tokens: [ReviewToken] = []
        let scalars = Array(text.unicodeScalars)
        var place = 0
        func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0x30 && scalar.value <= 0x39 }
        func isLetter(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isAlphabetic && !isDigit(scalar) && scalar != "º" && scalar != "ª" }
        while place < scalars.count {
            let scalar = scalars[place]
            if isDigit(scalar) {
                var end = place + 1
                while end < scalars.count {
                    if isDigit(scalars[end]) {
                        end += 1
                    } else if ".,:/-".unicodeScalars.contains(scalars[end]), end + 1 < scalars.count, isDigit(scalars[end + 1]), joins(scalars, from: place, mark: end) {
                        end += 1
                    } else {
                        break
                    }
                }
                var number = String.UnicodeScalarView()
                number.append(contentsOf: scalars[place..<end])
                tokens.append(ReviewToken(kind: .number, text: String(number)))
                place = end
                if place < scalars.count, scalars[place] == "°" || scalars[place] == "º" { place += 1 }
            } else if isLetter(scalar) {
                var end = place + 1
                while end < scalars.count {
                    if isLetter(scalars[end]) || isDigit(scalars[end]) || scalars[end].properties.generalCategory == .nonspacingMark {
                        end += 1
                    } else if "'’".unicodeScalars.contains(scalars[end]), language == "en" {
                        end += 1
                    } else if "-&/".unicodeScalars.contains(scalars[end]), end + 1 < scalars.count, isLetter(scalars[end + 1]), language == "en" || scalars[end] == "/" {
                        end += 1
                    } else {
                        break
                    }
                }
                var word = String.UnicodeScalarView()
                word.append(contentsOf: scalars[place..<end])
                tokens.append(ReviewToken(kind: .word, text: folded(String(word), language)))
                place = end
            } else {
                if "%€£$,;:.!?()-–—+".unicodeScalars.contains(scalar) { tokens.append(ReviewToken(kind: .mark, text: scalar == "–" || scalar == "—" ? "-" : String(scalar))) }
                place += 1
            }
        }
        return tokens.filter { !$0.text.isEmpty }
    }

    /// Whether a mark between two digits belongs to one number: "4.90", "12:30", "01/03/2027", "2026-03-01", but not "2-3" and not "9:00-18:00".
    private static func joins(_ scalars: [Unicode.Scalar], from start: Int, mark: Int) -> Bool {
        switch scalars[mark] {
        case ".", ",": true
        case ":": mark - start <= 2
        case "/": mark - start <= 5
        default:
            scalars[start] == "2"
                && (mark - start == 4 && (start..<mark).allSatisfy { scalars[$0].properties.numericType != nil } || mark - start == 7 && scalars[start + 4] == "-")
        }
    }

    private static func folded(_ word: String, _ language: String) -> String {
        // Of "don't" the apostrophe stays, of "months'" and "doctor's" what comes from it on goes.
        guard language == "en", let mark = word.firstIndex(where: { $0 == "'" || $0 == "’" }) else { return fold(word) }
        let before = fold(String(word[..<mark]))
        let after = word[word.index(after: mark)...].lowercased()
        return after == "t" ? before + "'t" : before
    }

    private static func fold(_ word: String) -> String {
        if word.utf8.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A }) { return word }
        if let mark = word.firstIndex(where: { $0 == "-" || $0 == "&" || $0 == "/" }) {
            return fold(String(word[..<mark])) + String(word[mark]) + fold(String(word[word.index(after: mark)...]))
        }
        return Folding.text(word)
    }
}
