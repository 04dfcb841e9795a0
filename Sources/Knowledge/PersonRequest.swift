/// Recognises that the customer asks for a human being, in Italian and in English, with slips of the finger.
///
/// A request is a word for a person ("operatore", "human") that is reached from a verb of asking ("parlare con", "connect me to"), or that
/// stands alone, and that is not the beginning of something else: "a human hair wig" asks for a wig.
enum PersonRequest {
    struct Role: OptionSet, Sendable {
        let rawValue: UInt32
        /// Asks for a person even when it stands alone.
        static let person = Role(rawValue: 1 << 0)
        /// Means a person only after a verb of talking or with "real" before it.
        static let somebody = Role(rawValue: 1 << 1)
        /// A department: only after a verb of talking.
        static let desk = Role(rawValue: 1 << 2)
        static let talk = Role(rawValue: 1 << 3)
        static let want = Role(rawValue: 1 << 4)
        static let real = Role(rawValue: 1 << 5)
        /// May stand between the verb and the person.
        static let link = Role(rawValue: 1 << 6)
        /// May come after the person at the end of such a message.
        static let closing = Role(rawValue: 1 << 7)
        /// May follow the person when a verb of asking comes before it.
        static let follow = Role(rawValue: 1 << 8)
        static let opening = Role(rawValue: 1 << 9)
        static let negation = Role(rawValue: 1 << 10)
        static let machine = Role(rawValue: 1 << 11)
        static let away = Role(rawValue: 1 << 12)
        static let callMe = Role(rawValue: 1 << 13)
        /// "Sono": there are ("ci sono operatori"), but also I am ("sono un operatore"), which asks for nobody.
        static let am = Role(rawValue: 1 << 14)
        /// No word, but the end of a clause, or of a sentence: an asking ends there at the latest.
        static let clauseEnd = Role(rawValue: 1 << 15)
        static let sentenceEnd = Role(rawValue: 1 << 16)
        /// "Mi potete chiamare", "can you call me": only where the message says nothing else.
        static let ring = Role(rawValue: 1 << 17)
        static let ringMe = Role(rawValue: 1 << 18)
        static let me = Role(rawValue: 1 << 19)
        static let polite = Role(rawValue: 1 << 20)
    }

    static let lexicon = Lexicon<Role>([
        (
            .person,
            "operatore operatrice operatori umano umana umani addetto addetta consulente centralinista impiegato impiegata human humans agent agents operator operators representative representatives rep advisor adviser supervisor"
        ),
        (
            .somebody,
            "persona persone qualcuno qualcun responsabile assistente person people someone somebody anyone anybody manager staff individual guy member being tecnico collega"
        ),
        (.desk, "clienti assistenza service support care helpdesk desk team"),
        (
            .talk,
            "parlare parlarne parlo parlerei parlargli parla parlato passami passatemi passarmi passi passate passa contattare contattarvi contatto chiamare dialogare discutere chattare interagire comunicare trasferiscimi trasferitemi collegami collegatemi talk talking speak speaking chat chatting connect transfer reach contact escalate forward call"
        ),
        (
            .want,
            "voglio vorrei volevo vogliamo vorremmo desidero serve servirebbe bisogno esigo pretendo dammi datemi necessito cerco ci richiedo preferisco preferirei mandami mandatemi mettimi mettetemi want wanna need get give like prefer require request demand have bring put there send ask"
        ),
        (.real, "vero vera veri reale reali umano umana real live actual living human carne"),
        (
            .link,
            "un uno una un' l lo la il i gli le e c di del della dal con col con al a ad da in mi me us noi to with through an the some your you vostro vostra tuo tua another altro altra altri customer service support care servizio assistenza essere that any please direttamente directly possibly per favore ossa team from member is now subito of t call centre center"
        ),
        (
            .closing,
            "please now per favore grazie piacere cortesia subito adesso ora thanks thank you pls plz asap immediately instead today oggi urgente urgentemente urgent right away grazie mille ok vero vera reale umano umana real live being help aiuto here qui there"
        ),
        (
            .follow,
            "about who that which che perche because to for on regarding on and ma but e o or not non di del della riguardo circa se if since from as with via by al in when quando my mio mia i is this ho concerning invece whom soon so sul sulla per su"
        ),
        (
            .opening,
            "hi hello hey ciao salve buongiorno buonasera buon giorno sera scusi scusa scusate please per favore ok no yes si basta senti senta ascolta excuse sorry just solo soltanto only customer service servizio allora but ma good morning adesso ora now"
        ),
        (.negation, "non dont don not no mai never senza without didnt doesnt"),
        (.machine, "bot bots robot robots chatbot macchina automatico automatica risponditore computer ai machine machines automated"),
        (.away, "basta stop hate odio no non senza not dont don without enough tired stufo stanco"),
        (.am, "sono"),
        (.ring, "chiamare chiamate telefonare telefonate richiamare richiamate ricontattare ricontattate contattare contattate call ring phone"),
        (.ringMe, "chiamarmi telefonarmi richiamarmi ricontattarmi contattarmi richiamato richiamata ricontattato ricontattata"),
        (.me, "mi me"),
        (.polite, "can could would will you potete puoi puo potreste potresti potrebbe voi i is posso cui con back telefono phone"),
        (.callMe, "richiamatemi richiamami chiamatemi chiamami ricontattatemi ricontattami telefonatemi contattatemi"),
    ])

    static func isRequest(_ roles: [Role]) -> Bool {
        if asksToBeCalled(roles) { return true }
        for position in roles.indices {
            let role = roles[position]
            if role.contains(.callMe) { return true }
            if role.contains(.machine), refusesMachine(at: position, roles) { return true }
            if !role.isDisjoint(with: [.person, .somebody, .desk]), asks(at: position, roles) || isThere(at: position, roles) { return true }
        }
        return false
    }

    /// Every word belongs to the asking: "can the courier call me before he comes" asks something else.
    private static func asksToBeCalled(_ roles: [Role]) -> Bool {
        guard roles.count <= 16, !roles.contains(where: { $0.contains(.negation) }),
            roles.contains(where: { $0.contains(.ringMe) }) || roles.contains(where: { $0.contains(.ring) }) && roles.contains(where: { $0.contains(.me) })
        else { return false }
        return roles.allSatisfy { !$0.isDisjoint(with: [.ring, .ringMe, .me, .polite, .opening, .closing, .link, .want, .somebody, .clauseEnd, .sentenceEnd]) }
    }

    /// "Is there someone I can talk to", "c'è qualcuno con cui parlare": nothing else is said.
    private static func isThere(at position: Int, _ roles: [Role]) -> Bool {
        guard let talk = roles[(position + 1)...].prefix(5).firstIndex(where: { $0.contains(.talk) }) else { return false }
        let around: Role = [.polite, .opening, .closing, .link, .want, .clauseEnd, .sentenceEnd]
        return roles.indices.allSatisfy { $0 == position || $0 == talk || !roles[$0].isDisjoint(with: around) }
            && !roles.contains { $0.contains(.negation) }
    }

    /// "Non voglio parlare con un bot", "stop robot": somebody is sent away within a few words of the machine.
    private static func refusesMachine(at position: Int, _ roles: [Role]) -> Bool {
        guard position + 1 == roles.count || !roles[position + 1].isDisjoint(with: [.closing, .follow, .away, .want, .machine, .clauseEnd, .sentenceEnd]) else { return false }
        var index = position - 1
        var steps = 0
        while index >= 0, steps < 8 {
            if roles[index].contains(.away) { return true }
            guard !roles[index].isDisjoint(with: [.link, .talk, .want, .machine]) else { return false }
            index -= 1
            steps += 1
        }
        return false
    }

    private static func asks(at position: Int, _ roles: [Role]) -> Bool {
        let role = roles[position]
        let rest = roles[(position + 1)...]
        let isLast = rest.allSatisfy { !$0.isDisjoint(with: [.closing, .opening, .clauseEnd, .sentenceEnd]) }
        let endsHere = isLast || rest.prefix { !$0.contains(.sentenceEnd) }.allSatisfy { !$0.isDisjoint(with: [.closing, .opening, .clauseEnd]) }
        let goesOn = rest.first.map { !$0.isDisjoint(with: [.closing, .follow, .clauseEnd, .sentenceEnd]) } != false
        guard goesOn || endsHere else { return false }
        var isReal = rest.first?.contains(.real) == true
        var index = position - 1
        while index >= 0, roles[index].isDisjoint(with: [.talk, .want]), !roles[index].isDisjoint(with: [.link, .real, .desk, .person, .somebody, .am]) {
            isReal = isReal || roles[index].contains(.real)
            index -= 1
        }
        let isPerson = role.contains(.person) || isReal && role.contains(.somebody)
        // Everything before it is part of the asking for it, or an opening.
        if isPerson, isLast, roles[..<max(0, index + 1)].allSatisfy({ !$0.isDisjoint(with: [.opening, .link, .clauseEnd, .sentenceEnd]) }) { return true }
        guard index >= 0 else { return false }
        let verb = roles[index]
        if isNegated(index, roles) { return false }
        if verb.contains(.talk) { return true }
        return verb.contains(.want) && (isPerson || role.contains(.somebody) && endsHere)
    }

    private static func isNegated(_ verb: Int, _ roles: [Role]) -> Bool {
        let sentence = roles[..<verb].lastIndex { $0.contains(.sentenceEnd) }.map { $0 + 1 } ?? 0
        return roles[max(sentence, verb - 3)..<verb].contains { $0.contains(.negation) } && !roles[sentence..<verb].contains { $0.contains(.away) && !$0.contains(.negation) }
    }
}

/// Roles of words, found also when a word of five letters or more has a slip in it.
struct Lexicon<Role: OptionSet & Sendable>: Sendable {
    private var vocabulary = Vocabulary(expecting: 400)
    private var roles: [Role] = []

    init(_ lists: [(Role, String)]) {
        let stemmer = Stemmer(language: "")
        var words = Words()
        for (role, list) in lists {
            Folding.fold(list, limit: .max, into: &words)
            for range in words.ranges {
                let number = vocabulary.add(words.bytes[range], weight: 1, stemmer: stemmer)
                if number == roles.count { roles.append([]) }
                roles[number].formUnion(role)
            }
        }
        vocabulary.finish()
    }

    /// - Parameter isKnown: a word that the articles know is meant as it stands.
    func role(of word: ArraySlice<UInt8>, hash: UInt64, isKnown: Bool) -> Role {
        if let number = vocabulary.find(hash) { return roles[number] }
        // "Nooo", "grazieee": a letter that is held.
        if let squeezed = Folding.squeezed(word), let number = vocabulary.find(FixedHash.hash(squeezed[...])) { return roles[number] }
        guard !isKnown, word.count >= 5, let number = vocabulary.repair(word) else { return [] }
        return vocabulary.word(number).count >= 5 ? roles[number] : []
    }
}
