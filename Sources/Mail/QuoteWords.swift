/// Words of mail programs in many languages: lists of stems, asked only where the form of a line alone could be the customer's own.
enum QuoteWords {
    /// "wrote", as it stands in the line above a quotation.
    static let wrote = Stems([
        "wrote", "writes", "ha scritto", "scriveva", "scrive", "schrieb", "écrit", "escribió", "escribio", "escribe", "schreef", "geschreven", "escreveu", "escreve", "napisał",
        "napisala",
        "pisze", "skrev", "skreiv", "skrifaði", "kirjoitti", "napsal", "napísal", "написа", "писал", "пише", "napisao", "je napisal", "a scris", "írta", "έγραψε", "yazdı",
        "yazmış",
        "kirjutas", "rašė", "rakstīja", "va escriure", "escribiu", "כתב", "كتب", "写道", "寫道", "写了", "さんは書", "のメール", "のメッセージ", "님이 작성", "đã viết", "menulis", "shkroi", "yazıb",
        "напіса",
        "піша", "skrivet", "ha escrit", "ysgrifennodd", "skribis", "idatzi", "نوشت", "skrivaði", "skreau", "scríobh", "sgrìobh", "लिखा", "गर्नुभयो", "գրել", "գրեց", "scribeva", "書きました",
        "დაწერა", "წერს",
        "작성", "썼습니다", "nivîs", "geschriwwen", "schréif", "напиша", "എഴുതി", "бичсэн", "लिहिले", "எழுதி", "เขียน", "писав", "писала", "لکھا", "yozdi", "skribis", "zapisał", "napisała",
        "napisao", "написао",
        "написала", "napisala", "scrisse", "ha scrit",
    ])

    /// "Please write above this line", which service desks put into their mails.
    static let aboveThisLine = Stems([
        "above this line", "above this text", "sopra questa riga", "sopra questa linea", "al di sopra di questa", "oberhalb dieser linie", "oberhalb dieser zeile",
        "über dieser linie", "über dieser zeile",
        "au-dessus de cette ligne", "encima de esta línea", "acima desta linha", "boven deze lijn", "boven deze regel", "powyżej tej linii", "ovanför den här raden",
        "ovanför denna rad", "over denne linje",
        "tämän rivin yläpuol", "nad tímto řádkem", "nad tento riadok", "nad týmto riadkom", "nad ovog retka", "deasupra acestei linii", "e sor fölé", "a vonal fölé",
        "bu satırın üst",
        "πάνω από αυτή", "выше этой строки", "выше этой линии", "вище цього рядка", "この行より上", "この線より上", "请在此行上方", "在此行上方", "此線以上", "이 줄 위에", "por encima de esta",
    ])

    /// How a line above a quotation begins, beside a number.
    static let starts = Stems([
        "on ", "il ", "in data ", "il giorno ", "le ", "am ", "el ", "op ", "em ", "a ", "no dia ", "w dniu ", "dnia ", "den ", "på ", "dne ", "dňa ", "le ", "la ", "în ", "pe ",
        "at ", "в ", "на ",
        "mon", "tue", "wed", "thu", "fri", "sat", "sun", "lun", "mar", "mer", "gio", "ven", "sab", "dom", "mo", "di", "mi", "do", "fr", "sa", "so", "ma", "wo", "vr", "za", "zo",
        "tir", "ons", "tor", "fre", "lør", "søn", "man", "mån", "tis", "lör", "sön", "em seg", "jue", "vie", "sáb", "qua", "qui", "sex", "seg", "ter", "dim", "jeu", "pon", "wt",
        "śr", "czw", "pt", "sob", "niedz",
    ])

    /// "message", "mail", as it stands between two rules or above a header block.
    static let message = Stems([
        "message", "messag", "nachricht", "mensaje", "mensagem", "bericht", "wiadomo", "meddelande", "meddelelse", "melding", "besked", "viesti", "zpráv", "správ", "üzenet",
        "сообщени",
        "повідомлен", "письмо", "лист", "ileti", "poruka", "порука", "sporočilo", "mesaj", "mesazh", "missatge", "mensaxe", "mezua", "e-mail", "email", "mail", "correo",
        "courriel", "post",
        "μήνυμα", "邮件", "郵件", "メッセージ", "メール", "메시지", "הודעה", "الرسالة", "skilaboð", "kiri", "pesan", "ziņa", "laiško", "thư",
    ])

    /// "forwarded".
    static let forwarded = Stems([
        "forward", "fwd", "inoltrat", "weitergeleitet", "transféré", "transfere", "transmis", "reenviad", "encaminhad", "doorgestuurd", "przekaz", "przesłan", "vidarebefordra",
        "videresend",
        "vidaresend", "välitet", "edelleenlähetet", "edelleen lähetet", "preposlan", "přeposlan", "továbbít", "пересыл", "переслан", "перенаправ", "препратен", "iletilen",
        "iletildi",
        "yönlendir", "proslij", "proslije", "prosleđ", "прослеђ", "redirecț", "redirecționat", "προωθ", "转发", "轉寄", "轉發", "転送", "전달", "edastat", "persiųst", "pārsūt", "posredovan",
        "הועבר", "إعادة توجيه", "reenviat", "framsend", "áframsen",
    ])

    /// The labels of a header block. Of what a mail program writes, only four kinds matter.
    enum Label: Sendable { case from, date, to, subject, other }

    static let labels: [String: Label] = {
        let words: [(Label, String)] = [
            (
                .from,
                """
                from,von,absender,da,mittente,de,expéditeur,remitente,remetente,van,afzender,od,nadawca,fra,frå,från,avsändare,afsender,avsender,lähettäjä,odesílatel,odosielateľ,feladó,от,від,ад,kimden,gönderen,šalje,de la,\
                expeditor,από,saatja,kellelt,nuo,no,nga,发件人,寄件者,寄件人,差出人,보낸 사람,보낸사람,מאת,من,dari,từ,pošiljatelj
                """
            ),
            (
                .date,
                """
                date,sent,sent at,datum,gesendet,gesendet am,data,inviato,inviato il,data invio,fecha,enviado,enviado el,enviada em,enviado em,envoyé,envoyé le,verzonden,wysłano,wysłane,data wysłania,sendt,skickat,dato,lähetetty,\
                päivämäärä,odesláno,odoslané,dátum,elküldve,küldve,дата,отправлено,надіслано,изпратено,tarih,gönderme tarihi,išsiųsta,enviat,gönderilme,gönderildi,poslano,trimis,dată,ημερομηνία,στάλθηκε,saadetud,kuupäev,发送时间,日期,\
                寄件日期,送信日時,日付,보낸 날짜,날짜,תאריך,التاريخ,terkirim,đã gửi
                """
            ),
            (
                .to,
                """
                to,an,a,à,destinatario,destinatari,para,pour,aan,do,adresat,til,till,vastaanottaja,komu,pre,címzett,кому,kime,alıcı,prima,za,către,la,προς,saaja,kellele,kam,收件人,收件者,宛先,받는 사람,אל,إلى,kepada,tới,empfänger
                """
            ),
            (
                .subject,
                """
                subject,betreff,oggetto,objet,asunto,assunto,onderwerp,temat,emne,ämne,aihe,předmět,predmet,tárgy,тема,konu,naslov,subiect,θέμα,teema,主题,主旨,件名,제목,נושא,الموضوع,tema,zadeva,efni,viðfangsefni,assumpte,subjek,\
                chủ đề
                """
            ),
            (
                .other,
                """
                cc,bcc,ccn,cci,cco,c.c,kopie,kopi,kopia,kópia,copia,copie,cópia,dw,udw,másolat,копия,копія,bilgi,kopio,抄送,副本,참조,עותק,reply-to,reply to,risposta,rispondi a,antwort an,répondre à,responder a,svar til,importance,\
                importanza,priorità,wichtigkeit,importancia,importanza,priority,attachments,allegati,anlagen,anhänge,mailed-by,signed-by,organization
                """
            ),
        ]
        var table: [String: Label] = [:]
        for (label, list) in words { for word in list.split(separator: ",") { table[String(word)] = label } }
        return table
    }()

    /// Prefixes that mail programs put before the subject of a forward, lower case. `vs` is one in Danish, an answer in Finnish.
    static let forwardPrefixes: Set<String> = [
        "fw", "fwd", "i", "inoltra", "inoltro", "wg", "tr", "rv", "enc", "pd", "vl", "vb", "vs", "doorst", "videresend", "vidaresend", "fs", "ilt", "i̇lt", "ynl", "továbbítás",
        "tovabbitas", "转发", "轉寄",
        "轉發", "転送", "fvs", "prosl", "redir", "res fwd", "пересл",
    ]
    /// Prefixes of answers.
    static let replyPrefixes: Set<String> = [
        "re", "r", "rif", "ris", "aw", "antw", "antwort", "sv", "odp", "res", "ref", "rép", "rep", "ynt", "yan", "回复", "答复", "回覆", "bls", "vá", "отв", "на", "atb", "yt", "re fwd",
    ]

    /// What a subject begins with: `fw: x` is `fw`, `RE[2]: x` is `re`.
    static func prefix(of subject: String) -> (word: String, rest: Substring)? {
        let bare = subject.drop { $0.isWhitespace }
        guard let colon = bare.prefix(20).firstIndex(where: { $0 == ":" || $0 == "：" }) else { return nil }
        let word = bare[..<colon].prefix { $0 != "[" && $0 != "(" }
        return (word.trimming().lowercased(), bare[bare.index(after: colon)...].drop { $0.isWhitespace })
    }
}

extension StringProtocol {
    /// Without white space around it.
    func trimming() -> SubSequence {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else { return self[startIndex..<startIndex] }
        return self[first...last]
    }
}
