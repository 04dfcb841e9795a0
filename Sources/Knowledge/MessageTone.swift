/// What a message says besides its question: whether it is a matter that only people may handle, and whether the customer is angry. In Italian and in
/// English.
///
/// Read over words and their neighbours, never over single words that also mean harmless things: a candle burns, a guarantee is legal, a bulb has burnt out.
package struct MessageTone: Sendable, Hashable {
    package enum Matter: String, Sendable, Hashable, CaseIterable {
        /// Somebody is hurt or in danger, or something burns.
        case safety
        /// Lawyers, courts, police, and what is threatened with.
        case legal
        /// Money that was taken twice, or by somebody else.
        case money
        /// An account or people's data in wrong hands.
        case privacy
    }

    package var matter: Matter?
    package var isAngry: Bool

    package init(_ text: String) {
        var folded = Words()
        Folding.fold(text, words: 400, into: &folded)
        let words = (0..<folded.count).map(folded.text)
        matter = Self.matter(words)
        isAngry = Self.isAngry(words) || text.unicodeScalars.contains { ["😡", "🤬", "😠"].contains($0) }
    }

    // MARK: Matters

    /// Words that are enough by themselves.
    private static let alone: [String: Matter] = {
        var words: [String: Matter] = [:]
        for (matter, list) in [
            (
                Matter.safety,
                "incendio electrocuted electrocution electrocute folgorato folgorata ustione ustioni ustionato ustionata ambulanza ambulance ospedale hospital hospitalised hospitalized bleeding sanguina sanguinando sanguinare soffocato soffocata soffocando choking choked intossicato intossicata avvelenato avvelenata poisoned poisoning injured injury injuries ferito ferita feriti ferite swallowed ingoiato ingoiata ingerito ingerita suicide suicidarmi suicidio anafilattico anaphylactic"
            ),
            (
                .legal,
                "avvocato avvocati avvocata lawyer lawyers attorney solicitor solicitors barrister tribunale denuncia denuncio denunciare denunciato denunciamo denuncero denunciarvi querela querelo querelare querelarvi carabinieri polizia police diffida suing sued lawsuit"
            ),
            (
                .money,
                "frode frodi fraud frauds fraudolento fraudolenta fraudulent truffa truffe truffato truffata truffatori truffatore scam scams scammed scammer scammers phishing"
            ),
            (.privacy, "hackerato hackerata hackerati hacked hacker hackers"),
        ] {
            for word in list.split(separator: " ") { words[String(word)] = matter }
        }
        return words
    }()

    /// Words that stand in this order, with at most that many others between two neighbours. `|` parts what may stand in a place.
    private struct Phrase: Sendable {
        var matter: Matter
        var places: [Set<String>]
        var gap: Int

        init(_ matter: Matter, _ gap: Int, _ text: String) {
            self.matter = matter
            self.gap = gap
            places = text.split(separator: " ").map { Set($0.split(separator: "|").map(String.init)) }
        }

        /// Whether it stands in the words, its first one at `start`.
        func stands(in words: [String], at start: Int) -> Bool {
            var at = start
            for place in places.dropFirst() {
                guard let next = words[(at + 1)...].prefix(gap + 1).firstIndex(where: place.contains) else { return false }
                at = next
            }
            return true
        }
    }

    private static let phrases = [
        Phrase(.safety, 1, "preso|presa|prende|prendono|prendere|prendeva|presero fuoco|fiamme"), Phrase(.safety, 1, "caught|catch|catches|catching fire"),
        Phrase(.safety, 1, "set|sets fire|alight|ablaze"), Phrase(.safety, 0, "on|in flames"), Phrase(.safety, 0, "on fire"), Phrase(.safety, 0, "in fiamme"),
        Phrase(.safety, 0, "andato|andata fuoco"),
        Phrase(.safety, 1, "andato|andata a fuoco"), Phrase(.safety, 2, "preso|presa|prende|prendo|dato|data|da|fa|arriva scossa|scosse"),
        Phrase(.safety, 0, "scossa|scosse elettrica|elettriche"),
        Phrase(.safety, 0, "electric|electrical shock|shocks"), Phrase(.safety, 1, "got|get|gets|gave|gives|received shock|shocks"), Phrase(.safety, 2, "gave|gives me shock"),
        Phrase(.safety, 1, "mi|si|ci sono|e|siamo fatto|fatta|fatti male"), Phrase(.safety, 1, "mi sono|ha tagliato|tagliata|bruciato|bruciata|scottato|scottata"),
        Phrase(.safety, 3, "burned|burnt|hurt|cut|injured|broke my|his|her hand|hands|finger|fingers|arm|face|leg|foot|eye|child|son|daughter|baby|kid|wife|husband|mother|father"),
        Phrase(.safety, 1, "burned|burnt|hurt|cut|injured|scalded myself|himself|herself"), Phrase(.safety, 0, "got|was|were|been hurt"),
        Phrase(.safety, 0, "reazione|reazioni allergica|allergiche"),
        Phrase(.safety, 0, "allergic reaction"), Phrase(.safety, 0, "pronto soccorso"), Phrase(.safety, 0, "si e tagliato|tagliata|scottato|scottata"),
        Phrase(.safety, 0, "rimasto|rimasta fulminato|fulminata"), Phrase(.safety, 1, "emergency room|ward"),
        Phrase(.safety, 0, "kill|killing|killed myself|yourself|you|me"),
        Phrase(.safety, 0, "vi|ti|mi ammazzo|uccido"), Phrase(.safety, 2, "fuga|gas leak"), Phrase(.safety, 1, "fuga gas"),
        Phrase(.legal, 1, "vie|azioni|azione|causa|consulente|mio|nostro legali|legale"), Phrase(.legal, 0, "legal action|proceedings|steps|team|claim|counsel"),
        Phrase(.legal, 0, "to|will|ll|gonna|can|could|should sue"), Phrase(.legal, 0, "sue you|your|them"), Phrase(.legal, 0, "in|to court"),
        Phrase(.legal, 0, "small claims"), Phrase(.legal, 1, "guardia finanza"), Phrase(.legal, 1, "fare|faccio|faro|fatto|faremo|facciamo causa"),
        Phrase(.legal, 1, "porto|portiamo|portero giudizio"),
        Phrase(.legal, 2, "so|sappiamo dove abiti|abitate"), Phrase(.legal, 1, "know where you live"), Phrase(.legal, 1, "garante privacy"),
        Phrase(.money, 6, "addebitato|addebitata|addebitati|addebito|addebiti|prelevato|prelevati|pagato|pagata|scalato|scalati due|doppio volte"),
        Phrase(.money, 2, "doppio|doppi addebito|addebiti|prelievo|pagamento"),
        Phrase(.money, 2, "addebito|pagamento doppio|duplicato"), Phrase(.money, 7, "charged|billed|debited|paid twice"),
        Phrase(.money, 1, "double|duplicate charge|charged|charges|billed|billing|payment|payments"),
        Phrase(.money, 7, "twice charged|billed|debited"), Phrase(.money, 2, "two|duplicate charges"),
        Phrase(.money, 3, "unauthorised|unauthorized payment|charge|charges|transaction|transactions|purchase|withdrawal"),
        Phrase(.money, 1, "non ho autorizzato"), Phrase(.money, 3, "addebito|prelievo|acquisto non autorizzato|riconosco"),
        Phrase(.money, 1, "non riconosco addebito|pagamento"),
        Phrase(.money, 2, "carta|bancomat clonata|clonato|rubata|rubato"), Phrase(.money, 3, "rubato|rubata carta|bancomat"), Phrase(.money, 0, "stolen|cloned card|cards"),
        Phrase(.money, 3, "card|cards stolen|cloned"),
        Phrase(.privacy, 2, "data breach|leak|leaked"), Phrase(.privacy, 2, "violazione|furto|fuga dati"), Phrase(.privacy, 2, "dati rubati|violati|trafugati"),
        Phrase(.privacy, 1, "identity theft|stolen"),
        Phrase(.privacy, 2, "rubato|rubata identita"), Phrase(.privacy, 3, "violato|entrato|rubato account|profilo"),
        Phrase(.privacy, 4, "somebody|someone|qualcuno accessed|entered|entrato account|profilo"),
    ]

    /// The phrases by the words that they may begin with, so that each word of a message is looked up once.
    private static let beginnings: [String: [Int]] = phrases.indices.reduce(into: [:]) { found, index in
        for word in phrases[index].places[0] { found[word, default: []].append(index) }
    }

    private static func matter(_ words: [String]) -> Matter? {
        var found: Set<Matter> = []
        for (position, word) in words.enumerated() {
            if let matter = alone[word] { found.insert(matter) }
            for index in beginnings[word] ?? [] where phrases[index].stands(in: words, at: position) { found.insert(phrases[index].matter) }
        }
        // Danger before everything else.
        return Matter.allCases.first(where: found.contains)
    }

    // MARK: Anger

    private static let angry: Set<String> = Set(
        "vergogna vergognoso vergognosa vergognosi vergognatevi schifo schifosi schifoso schifezza ridicoli ridicolo incompetenti incompetente incapaci ladri inaccettabile indecente indecenti scandaloso scandalosa pessimo pessimi pessima arrabbiato arrabbiata arrabbiatissimo arrabbiatissima furioso furiosa furibondo incazzato incazzata cazzo merda cagare vaffa scemi cretini cretino buffoni stronzi stronzo bastardi vaffanculo coglioni deficienti idioti idiota imbecilli disgusting ridiculous unacceptable incompetent pathetic disgrace disgraceful outrageous furious angry fuck fucking fucked shit bullshit idiots idiot morons wtf crap sucks thieves appalling shameful shame"
            .split(separator: " ").map(String.init))
    /// Words that are harmless one by one.
    private static let scorn = [
        "presa in giro", "prendete in giro", "prendendo in giro", "perdita di tempo", "is a joke", "are a joke", "s a joke", "what a joke", "a bad joke", "rip off",
        "waste of time",
    ].map {
        $0.split(separator: " ").map(String.init)
    }
    private static let negations: Set<String> = ["non", "not", "no", "never", "mai", "isn", "t"]

    private static func isAngry(_ words: [String]) -> Bool {
        words.indices.contains { index in
            angry.contains(words[index]) && !words[..<index].suffix(2).contains(where: negations.contains)
                || scorn.contains { words[index...].starts(with: $0) }
        }
    }
}
