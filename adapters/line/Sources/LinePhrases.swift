/// What the line itself says, in English and in Italian.
enum LinePhrases {
    /// The token stands at the end of its line, so that a program finds it as well as a person.
    static func greeting(_ token: LineToken) -> String {
        """
        Centralino: write a line to ask, /help lists the commands. / Scrivi una riga per chiedere, /help elenca i comandi.
        To come back to this conversation / Per riprendere questa conversazione: /resume \(token.text)
        """
    }

    static let help = """
        Each line is a message. / Ogni riga è un messaggio.
        /human  talk to a person / parlare con una persona
        /resume TOKEN  continue a conversation, before the first message / riprendere una conversazione, prima del primo messaggio
        /bye  end the connection / chiudere
        """
    static let unknownCommand =
        "Unknown command; there are /help, /human, /bye and /resume TOKEN. To send a text that begins with a slash, put a blank before it. / Comando sconosciuto."
    static let bye = "Goodbye. / Arrivederci."
    static let resumed = "Welcome back. / Bentornato."
    static let resumeTooLate = "/resume works before the first message only: reconnect to use it. / /resume funziona solo prima del primo messaggio."
    static let resumeForm = "/resume needs the token of 26 letters and digits that the greeting showed. / /resume richiede il codice del saluto."
    static let notStored = "Not stored, please send it again. / Non salvato, invialo di nuovo."
    static let notUTF8 = "Not stored: the line is not UTF-8. / Non salvato: la riga non è in UTF-8."
    static let tooLong = "Not stored: a line may have 4096 bytes at most. / Non salvato: una riga può avere al massimo 4096 byte."
    static let tooMany = "Too many lines; what was not answered was not stored. Goodbye. / Troppe righe. Arrivederci."
    static let idle = "Closed after a long silence; /resume and your token continue. / Chiuso per inattività; /resume e il tuo codice per continuare."
}
