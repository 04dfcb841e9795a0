/// Recognises messages that say nothing but thanks, a greeting, or whether the last answer helped, in Italian and in English.
///
/// Every word must be one that such messages are made of: "grazie, e il rimborso?" is a question.
enum SmallTalk {
    struct Role: OptionSet, Sendable {
        let rawValue: UInt32
        static let thanks = Role(rawValue: 1 << 0)
        static let greeting = Role(rawValue: 1 << 1)
        static let yes = Role(rawValue: 1 << 2)
        static let no = Role(rawValue: 1 << 3)
        static let helped = Role(rawValue: 1 << 4)
        static let failed = Role(rawValue: 1 << 5)
        static let filler = Role(rawValue: 1 << 6)
        static let not = Role(rawValue: 1 << 7)
        static let strength = Role(rawValue: 1 << 8)
        /// Says something only with "not": "help" alone asks for it.
        static let aid = Role(rawValue: 1 << 9)
        /// Speaks to whoever answers.
        static let you = Role(rawValue: 1 << 10)
        /// What may be answering: a machine, or a person.
        static let being = Role(rawValue: 1 << 11)
    }

    static let lexicon = Lexicon<Role>([
        (.thanks, "grazie ringrazio thanks thank thx ty tnx cheers arrivederci arrivederla bye goodbye"),
        (.greeting, "ciao salve buongiorno buonasera buondi hello hi hey hiya greetings morning evening afternoon giorno sera pomeriggio"),
        (.yes, "si yes yep yeah yup certo esatto correct exactly sure ok okay okey va bene"),
        (.no, "no nope nah noo"),
        (.helped, "risolto risolta perfetto perfect ottimo great solved worked works helped helpful utile funziona funzionato aiutato fantastico excellent awesome brilliant"),
        (.failed, "inutile useless wrong sbagliato sbagliata unhelpful boh"),
        (.not, "non nn not didnt doesnt didn doesn isn isnt don dont t"),
        (.aid, "help aiuto aiuta aiutano va capito capisco chiaro chiara understand understood clear work chiesto asked get niente servito servita"),
        (.you, "sei siete parlo parlando scrivo scrivendo rispondi risponde rispondete are am talking speaking chatting"),
        (
            .being,
            "robot bot chatbot chatgpt gpt macchina computer ia ai automatico automatica automated machine intelligenza artificiale persona umano umana person human operatore"
        ),
        (.strength, "mille tante molto infinite so much very many lot lots davvero really tantissimo moltissimo vivamente sentitamente"),
        (
            .filler,
            "good buon buona a tu lei voi te vi la ti e ed and the you all tutti everyone there for your per il suo tuo vostro aiuto help tutto everything answer risposta reply info information informazioni gentile gentilissimo gentilissima that this it was is did has stato stata mi me ha hai adesso ora now cosi to sei siete stati all again ancora ho tempo time quello che chiesto what i asked my mio problema problem question domanda del della d gentilezza disponibilita kindness of nulla niente have un una an o or ma but con to with sto giornata serata day bye still capito mate lol haha da fare s at vero vera real essere"
        ),
    ])

    static func decision(_ roles: [Role]) -> Match.Decision? {
        guard !roles.isEmpty, roles.count <= 12, roles.allSatisfy({ !$0.isEmpty }) else { return nil }
        let all = roles.reduce(Role()) { $0.union($1) }
        func has(_ role: Role) -> Bool { all.contains(role) }
        if has(.being) {
            // "Sei un bot?", "bot?"; but "ho un problema con il robot", "my machine doesn't work" are about a thing.
            let isAboutUs = (has(.you) || roles.count <= 2) && all.isDisjoint(with: [.yes, .not, .helped, .failed])
            return isAboutUs ? .asksIfMachine : nil
        }
        if has(.failed) || has(.not) && (has(.helped) || has(.aid)) { return .notHelped }
        if has(.not) { return nil }
        if has(.no) { return has(.thanks) ? .thanks : roles.count <= 2 || has(.helped) ? .notHelped : nil }
        if has(.helped) || has(.yes) && !has(.greeting) && (!has(.thanks) || roles.contains { $0 == .yes }) { return isOK(roles) && has(.thanks) ? .thanks : .helped }
        if has(.thanks) { return .thanks }
        if has(.greeting) { return .greeting }
        return nil
    }

    /// Messages that are more than their words: looked up whole, without a greeting before them.
    static let phrases: [String: Match.Decision] = [
        "come stai": .greeting, "come va": .greeting, "come state": .greeting, "how are you": .greeting, "how are you doing": .greeting, "how s it going": .greeting,
        "buona giornata": .thanks, "buona serata": .thanks, "a presto": .thanks, "see you": .thanks, "see you later": .thanks, "have a nice day": .thanks,
        "have a good day": .thanks,
        "capito": .helped, "ho capito": .helped, "ok capito": .helped, "understood": .helped, "got it": .helped, "ok got it": .helped, "i see": .helped,
        "is this a bot": .asksIfMachine, "is this a robot": .asksIfMachine, "is this a real person": .asksIfMachine, "is this automated": .asksIfMachine,
        "is this ai": .asksIfMachine, "are you real": .asksIfMachine,
        "in che senso": .notHelped, "che significa": .notHelped, "cosa significa": .notHelped, "cosa vuol dire": .notHelped, "cioe": .notHelped, "eh": .notHelped,
        "huh": .notHelped, "what": .notHelped, "what do you mean": .notHelped, "what does that mean": .notHelped,
    ]

    /// What signs say without a word; nil where there are words, or nothing that says something.
    static func decision(ofSigns text: String) -> Match.Decision? {
        var found: Match.Decision?
        var onlyMarks = true
        for scalar in text.unicodeScalars.prefix(200) {
            if scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) { return nil }
            switch scalar {
            case "👍", "👌", "✅", "😊", "😀", "😃", "😄", "🙂", "😍", "🥰", "❤", "💪", "🎉": found = found ?? .helped
            case "🙏": found = found ?? .thanks
            case "👋": found = found ?? .greeting
            case "👎", "❌", "😞", "😢", "😭": found = .notHelped
            case "?", "!", " ", "\n", "\r": continue
            default: break
            }
            onlyMarks = false
        }
        // "???" asks what was meant.
        return found ?? (onlyMarks && text.contains("?") ? .notHelped : nil)
    }

    /// "ok grazie" closes a conversation more than it says that something helped.
    private static func isOK(_ roles: [Role]) -> Bool { !roles.contains { $0.contains(.helped) } && roles.count <= 3 }
}
