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
    }

    static let lexicon = Lexicon<Role>([
        (.thanks, "grazie ringrazio thanks thank thx ty tnx cheers arrivederci arrivederla bye goodbye"),
        (.greeting, "ciao salve buongiorno buonasera buondi hello hi hey hiya greetings morning evening afternoon giorno sera pomeriggio"),
        (.yes, "si yes yep yeah yup certo esatto correct exactly sure ok okay okey va bene"),
        (.no, "no nope nah noo nooo noooo nooooo"),
        (.helped, "risolto risolta perfetto perfect ottimo great solved worked works helped helpful utile funziona funzionato aiutato fantastico excellent awesome brilliant"),
        (.failed, "inutile useless wrong sbagliato sbagliata unhelpful"),
        (.not, "non not didnt doesnt didn doesn isn t"),
        (.aid, "help aiuto aiuta aiutano servito servita"),
        (.strength, "mille tante molto infinite so much very many lot lots davvero really tantissimo moltissimo vivamente sentitamente"),
        (
            .filler,
            "good buon buona a tu lei voi te vi la ti e ed and the you all tutti everyone there for your per il suo tuo vostro aiuto help tutto everything answer risposta reply info information informazioni gentile gentilissimo gentilissima that this it was is did has stato stata mi me ha hai adesso ora now cosi to sei siete stati all again ancora ho tempo time quello che chiesto what i asked my mio problema problem question domanda del della d gentilezza disponibilita kindness of nulla niente have at mate"
        ),
    ])

    static func decision(_ roles: [Role]) -> Match.Decision? {
        guard !roles.isEmpty, roles.count <= 12, roles.allSatisfy({ !$0.isEmpty }) else { return nil }
        let all = roles.reduce(Role()) { $0.union($1) }
        func has(_ role: Role) -> Bool { all.contains(role) }
        if has(.failed) || has(.not) && (has(.helped) || has(.aid)) { return .notHelped }
        if has(.not) { return nil }
        if has(.no) { return has(.thanks) ? .thanks : roles.count <= 2 || has(.helped) ? .notHelped : nil }
        if has(.helped) || has(.yes) && !has(.greeting) && (!has(.thanks) || roles.contains { $0 == .yes }) { return isOK(roles) && has(.thanks) ? .thanks : .helped }
        if has(.thanks) { return .thanks }
        if has(.greeting) { return .greeting }
        return nil
    }

    /// "ok grazie" closes a conversation more than it says that something helped.
    private static func isOK(_ roles: [Role]) -> Bool { !roles.contains { $0.contains(.helped) } && roles.count <= 3 }
}
