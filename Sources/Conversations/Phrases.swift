/// What the bot says besides articles, in Italian and in English; other languages are told in English.
struct Phrases {
    let italian: Bool

    init(language: String?) {
        italian = language?.lowercased().hasPrefix("it") ?? false
    }

    /// An article's words with the article named, so that the customer sees where the answer comes from.
    func answer(_ text: String, from title: String) -> String {
        "\(text)\n\n(\(italian ? "Fonte" : "Source"): \(title))"
    }

    var greeting: String {
        italian ? "Ciao! Scrivi la tua domanda, oppure «operatore» per parlare con una persona." : "Hello! Ask your question, or write \"human\" to reach a person."
    }

    var thanks: String {
        italian ? "Prego! Se serve altro, scrivi pure." : "You're welcome! Just write if there is anything else."
    }

    var helped: String {
        italian ? "Bene, mi fa piacere. Se serve altro, scrivi pure." : "Good to hear. Just write if there is anything else."
    }

    var sayItDifferently: String {
        italian
            ? "Mi dispiace che non sia bastato. Prova a dirlo con altre parole, oppure scrivi «operatore» per una persona."
            : "I'm sorry that this did not help. Try to say it in other words, or write \"human\" to reach a person."
    }

    /// Where nothing was answered yet that could have helped.
    var askAgain: String {
        italian
            ? "Scrivi la tua domanda con parole tue, oppure «operatore» per una persona."
            : "Write your question in your own words, or \"human\" to reach a person."
    }

    var machine: String {
        italian
            ? "Sono un assistente automatico: rispondo con gli articoli del nostro archivio. Se preferisci una persona, scrivi «operatore»."
            : "I'm an automatic assistant: I answer from our own articles. If you would rather talk to a person, write \"human\"."
    }

    func which(_ titles: [String]) -> String {
        let lines = titles.enumerated().map { "\($0.offset + 1). \($0.element)" }.joined(separator: "\n")
        return italian
            ? "Quale di queste domande è la tua? Rispondi con il numero, oppure scrivi «operatore».\n\(lines)"
            : "Which of these do you mean? Answer with the number, or write \"human\" for a person.\n\(lines)"
    }

    /// Why the bot stops, what happens next and until when: nothing that is only hoped for.
    func handedOff(_ reason: Handoff.Reason, within: Duration) -> String {
        let time = waiting(within)
        let why: String =
            switch (reason, italian) {
            case (.asked, true): "Va bene, passo la conversazione a una persona."
            case (.asked, false): "All right, I'm passing this to a person."
            case (.unsure, true): "Non sono sicuro della risposta giusta, quindi passo la domanda a una persona."
            case (.unsure, false): "I'm not sure of the right answer, so I'm passing your question to a person."
            case (.unhelpful, true): "Le mie risposte non sono bastate: passo la conversazione a una persona."
            case (.unhelpful, false): "My answers did not help, so I'm passing this to a person."
            case (.otherWriter, true), (.undelivered, true), (.noAutomaticAnswers, true): "Passo la conversazione a una persona."
            case (.otherWriter, false), (.undelivered, false), (.noAutomaticAnswers, false): "I'm passing this to a person."
            case (.unreadable, true): "Non riesco a leggere il messaggio: lo passo a una persona."
            case (.unreadable, false): "I can't read this message, so I'm passing it to a person."
            case (.urgent, true): "È una cosa importante: la passo subito a una persona."
            case (.urgent, false): "This is important, so I'm passing it to a person right away."
            case (.upset, true): "Capisco, e mi dispiace davvero. Passo la conversazione a una persona."
            case (.upset, false): "I understand, and I'm truly sorry. I'm passing this to a person."
            case (.incomplete, true): "Non riesco a completare la richiesta da solo: la passo a una persona."
            case (.incomplete, false): "I can't complete this on my own, so I'm passing it to a person."
            case (.callFailed, true): "In questo momento non riesco a verificarlo nei nostri sistemi: lo passo a una persona."
            case (.callFailed, false): "I can't check this in our systems right now, so I'm passing it to a person."
            }
        return italian
            ? "\(why) Vedrà tutto quello che hai scritto e risponderà qui, entro \(time). Puoi aggiungere altro quando vuoi."
            : "\(why) They will see all you wrote and answer here, within \(time). You can add anything in the meantime."
    }

    func waiting(_ duration: Duration) -> String {
        let minutes = max(1, duration.components.seconds / 60)
        if minutes < 120 { return italian ? "\(minutes) minuti" : "\(minutes) minutes" }
        let hours = minutes / 60
        if hours < 48 { return italian ? "\(hours) ore" : "\(hours) hours" }
        return italian ? "\(hours / 24) giorni" : "\(hours / 24) days"
    }
}
