extension StatementReader {
    static func isNegator(_ tokens: [ReviewToken], _ place: Int) -> Bool {
        let word = tokens[place].text
        guard negators.contains(word) || word.hasSuffix("n't") else { return false }
        // "costs nothing", "and nothing above 50": a price, not a denial.
        if ["nothing", "nulla", "niente"].contains(word), place > 0 {
            return !["cost", "costs", "pay", "pays", "and", "or", "e", "o", "costa", "paghi", "paga"].contains(tokens[place - 1].text)
        }
        return true
    }

    func isFragment(_ tokens: [ReviewToken], _ place: Int, _ clause: [Int32]) -> Bool {
        let word = tokens[place].text
        guard place > 0, word == "not" || word == "non", tokens[place - 1].kind == .mark || clause.isEmpty else { return false }
        let next = place + 1 < tokens.count ? tokens[place + 1].text : ""
        return word == "not"
            ? tokens[place - 1].kind == .mark : ["per", "da", "di", "a", "in", "con", "il", "la", "i", "le", "gli", "lo", "l", "un", "una", "al", "noi"].contains(next)
    }

    static let negators: Set<String> = [
        "not", "no", "never", "cannot", "nor", "neither", "nobody", "none", "nothing", "impossible", "unable", "non", "nessun", "nessuno", "nessuna", "mai", "niente", "nulla",
        "neanche",
        "nemmeno", "impossibile",
    ]

    /// Words with a "no" that deny nothing.
    static let passed: [[String]] = [
        "no later than", "no more than", "no longer than", "not more than", "no less than", "not only", "no extra cost", "no extra charge", "no charge", "no cost", "no fee",
        "no worry",
        "no problem", "no matter", "no interest", "non oltre", "non piu di", "non piu tardi", "non meno di", "non solo", "nessun problema", "nessuna preoccupazione",
        "nessun costo", "nessuna spesa", "da solo", "da sola", "da soli", "da sole",
        "niente paura", "non costa nulla", "non costa niente", "non paghi nulla", "non si paga", "non paghi", "costs nothing",
    ].map { $0.split(separator: " ").map(String.init) }

    func passedOver(_ tokens: [ReviewToken], _ place: Int) -> Int? {
        for phrase in Self.passed where phrase[0] == tokens[place].text && Self.stands(phrase, tokens, place) { return phrase.count }
        return nil
    }

    static func stands(_ phrase: [String], _ tokens: [ReviewToken], _ place: Int) -> Bool {
        guard place + phrase.count <= tokens.count else { return false }
        for (offset, word) in phrase.enumerated() where tokens[place + offset].text != word { return false }
        return true
    }

    static let copulas: Set<String> = ["is", "are", "be", "was", "e", "sono", "essere"]

    static func isTime(_ word: String) -> Bool { QuantityReader.times[word] != nil || QuantityReader.weekdays[word] != nil || word == "time" || word == "volta" }

    enum Sign { case restriction, openness, all, subordinate, contrast }

    static let signs: [(phrase: [String], kind: Sign, isConditional: Bool)] = {
        var signs: [(phrase: [String], kind: Sign, isConditional: Bool)] = []
        func add(_ phrases: String, _ kind: Sign, _ isConditional: Bool = false) {
            for phrase in phrases.split(separator: ",") { signs.append((phrase.split(separator: " ").map(String.init), kind, isConditional)) }
        }
        add(
            "only if,only when,only with,only for,only to,only after,only before,only from,only until,only in,only on,only at,only by,unless,except,excepted,excluding,provided that,provided,as long as,on condition that,apart from,other than,only",
            .restriction)
        add(
            "solo se,solo quando,solo con,solo per,solo ai,solo a,solo agli,solo alle,solo dopo,solo prima,solo da,solo dal,solo dai,solo in,solo nel,solo fino,soltanto,solamente,tranne,salvo,eccetto,a meno che,purche,a condizione che,a patto che,a parte,esclusi,escluso,esclusa,escluse,unicamente,solo",
            .restriction)
        add(
            "even if,even without,even when,even with,even after,regardless of,regardless,whatever,whether or not,no matter,anche se,anche senza,anche quando,anche dopo,anche con,qualunque sia,qualunque,qualsiasi,a prescindere,indipendentemente",
            .openness)
        add(
            "always,every,anywhere,wherever,in every case,without exception,every time,for everyone,for everybody,everyone,everybody,everywhere,all patients,all customers,to all,for all,anyone,included,at any time,in any case,sempre,per tutti,per tutte,a tutti,a tutte,tutti,chiunque,ovunque,dappertutto,comprese,compresi,compresa,compreso,incluse,inclusi,inclusa,incluso,in ogni caso,in qualunque,tutte",
            .all)
        add("if,in case,se,qualora,nel caso,in caso", .subordinate, true)
        add("when,while,until you,because,so that,quando,mentre,finche,perche", .subordinate)
        add("but,however,otherwise,ma,pero,altrimenti,invece", .contrast)
        return signs.sorted { $0.phrase.count > $1.phrase.count }
    }()
    static let signStarts = Set(signs.map { $0.phrase[0] })

    func condition(_ tokens: [ReviewToken], _ place: Int) -> (kind: Sign, isConditional: Bool, length: Int)? {
        guard Self.signStarts.contains(tokens[place].text) else { return nil }
        for sign in Self.signs where Self.stands(sign.phrase, tokens, place) {
            // "is included" and "is excluded" say something of the thing; "children included" says of whom all holds.
            if place > 0, Self.copulas.contains(tokens[place - 1].text), let entry = lexicon.find(sign.phrase[0], stem: 0),
                sign.kind == .all || sign.kind == .restriction && entry.negates
            {
                continue
            }
            // "every guest", not "every day".
            if sign.phrase == ["every"] || sign.phrase == ["ogni"], place + 1 >= tokens.count || Self.isTime(tokens[place + 1].text) { continue }
            return (sign.kind, sign.isConditional, sign.phrase.count)
        }
        return nil
    }
}
