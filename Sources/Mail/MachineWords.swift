/// Words of machines that answer mail, in many languages: lists of stems, asked only where the fields of a header say nothing.
enum MachineWords {
    /// In the subject of a report that a mail was not delivered.
    static let bounceSubjects = Stems([
        "undeliver", "delivery status notification", "returned mail", "failure notice", "mail delivery fail", "delivery fail", "delivery notification", "delivery report (fail",
        "returning message to sender", "delivery error", "mail system error", "mancato recapito", "mancata consegna", "non recapitabile", "non recapitato", "unzustellbar",
        "nicht zugestellt", "nicht zustellbar", "non remis", "échec de la remise", "non distribué", "no se puede entregar", "no entregado", "no se ha podido entregar",
        "não entregue", "não é possível entregar", "onbestelbaar", "niet bezorgd", "kan ikke leveres", "kunde inte levereras", "går inte att leverera", "nie można dostarczyć",
        "niedostarczon", "недоставлен", "не доставлен", "не удалось доставить", "配信不能", "配信できません", "送信できません", "未送达", "无法投递", "退信", "無法傳遞",
    ])

    /// In the text of such a report.
    static let failures = Stems([
        "not be delivered", "n't be delivered", "undeliverable", "delivery failed", "delivery has failed", "delivery to the following recipient", "permanent error",
        "permanent fatal error", "able to deliver", "unable to deliver", "user unknown", "unknown user", "no such user", "mailbox full", "mailbox is full", "mailbox unavailable",
        "address rejected", "invalid user address", "returned to sender", "not been delivered", "was not delivered", "not delivered to", "unrouteable address", "error delivering",
        "mailbox not found", "does not exist", "quota exceeded", "over quota", "unknown address",
        "impossibile recapitare", "impossibile consegnare", "non recapitat", "mancata consegna", "stato recapitato", "stato consegnato", "utente sconosciuto", "casella piena",
        "nicht zugestellt", "nicht ausgeliefert", "zustellung fehlgeschlagen", "unbekannter empfänger", "postfach voll",
        "pas pu être remis", "pas pu être distribué", "pas pu être livré", "utilisateur inconnu", "boîte pleine", "no se pudo entregar", "no se ha podido entregar",
        "usuario desconocido", "não pôde ser entregue", "não foi entregue", "niet worden bezorgd", "niet worden afgeleverd", "nie można było dostarczyć", "nie została dostarczona",
        "kunde inte levereras", "kunne ikke leveres", "не удалось доставить", "не может быть доставлен", "送信できません", "配信できません", "届けできません", "送信先メールアドレスが見つかりません",
        "无法投递", "无法送达", "無法傳遞", "退信",
    ])

    /// What a server says that goes on trying.
    static let waiting = Stems(["delayed", "still trying", "will be retried", "will keep trying", "will continue to try", "temporary", "warning: "])

    /// Whether a subject is that of an automatic answer: `Automatic reply: x`, `[Shop #4] AutoReply: x`, `自動返信: x`, `Anna is out of the office (returning …)`.
    ///
    /// "Automatic" and "answer" before the first colon, and nothing else: a customer who asks about automatic answers writes more words, and one who
    /// answers an automatic answer has a `Re:` before it.
    static func isAutomaticAnswer(subject: [UInt8]) -> Bool {
        var subject = subject[...].trimmed()
        while subject.first == UInt8(ascii: "["), let end = subject.prefix(80).firstIndex(of: UInt8(ascii: "]")) { subject = subject[(end + 1)...].trimmed() }
        guard let colon = subject.prefix(80).firstIndex(where: { $0 == UInt8(ascii: ":") || $0 == 0xEF }) else {
            return returning.areIn(Array(subject.prefix(200)))
        }
        let title = Array(subject[..<colon].trimmed())
        if absences.contains(String(decoding: title, as: UTF8.self)) || title.elementsEqual("auto".utf8) { return true }
        if returning.areIn(Array(subject.prefix(200))) { return true }
        return title.split(separator: 0x20).count <= 3 && automatic.areIn(title) && answer.areIn(title)
    }

    private static let automatic = Stems([
        "automat", "automát", "automaa", "samodejn", "autosvar", "autoreply", "autoantwort", "autoresp", "auto-reply", "auto reply", "auto-resp", "auto resp", "auto-answ",
        "otomatik",
        "otomatis",
        "автомат", "αυτόματ", "自動", "自动", "자동", "אוטומטי", "تلقائي", "tự động", "อัตโนมัติ",
    ])
    private static let answer = Stems([
        "reply", "respon", "answer", "risposta", "antwort", "réponse", "reponse", "respuesta", "resposta", "antwoord", "svar", "odpow", "odpov", "vastaus", "válasz", "răspuns",
        "raspuns", "odgovor", "ответ", "відповідь", "отговор", "yanıt", "cevap", "απάντηση", "vastus", "atbild", "atsakymas", "balasan", "返信", "応答", "答复", "回复", "回覆", "응답", "회신",
        "תשובה", "الرد", "رد ", "trả lời", "ตอบกลับ",
    ])

    /// Whole titles of notices of absence.
    private static let absences: Set<String> = [
        "out of office", "out of the office", "out of office reply", "out-of-office", "ooo", "out of office re", "out of the office re", "vacation reply", "away from mail",
        "abwesenheitsnotiz", "automatische abwesenheitsnotiz", "abwesenheitsmeldung",
        "abwesenheitsassistent", "fuori sede", "fuori ufficio", "assenza dall'ufficio", "assente dall'ufficio", "absence du bureau", "absent du bureau", "absent(e) du bureau",
        "message d'absence",
        "fuera de la oficina", "fuera de oficina", "fora do escritório", "ausência temporária", "afwezig", "afwezigheid", "frånvarande", "fraværende", "poissa",
        "nieobecność", "poza biurem", "mimo kancelář", "házon kívül", "вне офиса", "不在通知",
    ]

    /// Lotus Notes names the person in the subject, and the day of return.
    private static let returning = Stems([
        "is out of the office (returning", "is out of the office. (returning", "is out of the office (ret", "ist außer haus (rückkehr", "ist außer haus.",
    ])
}
