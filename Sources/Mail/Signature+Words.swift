/// The words that mark what stands under a text; `Signature.swift` says where they count.
extension Signature {
    static let devices = Stems([
        "sent from ", "sent with ", "sent via ", "sent using ", "get outlook for ", "inviato da ", "inviato dal ", "inviata da ", "inviato con ", "inviato tramite ",
        "ottieni outlook ", "scarica outlook ", "scarica libero mail", "scarica la app", "gesendet von ", "gesendet mit ", "von meinem ", "diese nachricht wurde von mein",
        "outlook für ", "holen sie sich outlook", "envoyé de ", "envoyé depuis ", "envoyé à partir ", "envoyé avec ", "télécharger outlook", "obtenir outlook",
        "obtenez outlook", "provenance : courrier", "enviado desde ", "enviado do ", "enviado de ", "enviado a partir", "enviado con ", "enviado via ", "obtener outlook",
        "obter o outlook", "verstuurd vanaf ", "verzonden vanaf ", "verzonden met ", "verstuurd met ", "outlook voor ", "wysłane z ", "wysłano z ", "wysłane przy",
        "pobierz program outlook", "skickat från ", "skickades från ", "hämta outlook", "sendt fra ", "send fra ", "hent outlook", "skaff outlook", "lähetetty ",
        "hanki outlook", "odesláno z", "odoslané z", "отправлено с ", "отправлено из ", "надіслано з", "iphone'umdan gönderildi", "iphone'dan gönderildi", "trimis de pe ",
        "poslano s ", "iphoneから送信", "发自我的", "從我的",
    ])

    /// What telephones and programs call themselves, and "sent" or "for" beside it.
    static let deviceNames = Stems([
        "iphone", "ipad", "ipod", "ios", "android", "samsung", "galaxy", "huawei", "xiaomi", "blackberry", "windows", "nokia", "outlook", "yahoo", "aol", "proton mail",
        "protonmail", "bluemail", "spark", "thunderbird", "k-9", "gmx", "web.de", "t-online", "libero", "orange", "smartphone", "mobile",
    ])

    static let sent = Stems([
        "sent ", "inviat", "gesendet", "geschickt", "envoyé", "enviad", "enviat ", "verstuurd", "verzonden", "wysłan", "skicka", "sendt ", "lähetet", "odeslán", "odoslan",
        "отправлен", "надіслан", "изпратен", "gönderil", "trimis ", "poslan", "küld", "στάλθηκε", "saadetud", "送信", "发自", "發自", "傳送", "보냄", "보낸", "נשלח", "أرسل", "gửi từ",
        "dikirim", " for ios", " for android", " per android", " für android", " para android", " pour android", " voor android", "aka.ms/",
    ])

    static let noticeStems = Stems([
        "confidential", "intended", "recipient", "disclos", "privileged", "strictly", "dissemin", "distribut", "unauthori", "in error", "by mistake", "delet", "attachment",
        "virus", "printing", "riservat", "destinatari", "privacy", "d.lgs", "d. lgs", "dlgs", "decreto legislativo", "2016/679", "196/2003", "gdpr", "per errore", "diffusion",
        "divulga", "vietat", "distrugger", "cancellar", "stampare", "vertraulich", "empfänger", "irrtümlich", "unbefugt", "weitergabe", "vernichten", "confidentiel",
        "destinataire", "par erreur", "interdit", "détruire", "confidencial", "destinatario", "destinatário", "por error", "por engano", "prohibid", "proibid", "vertrouwelijk",
        "geadresseerde", "bestemd", "poufn", "adresat", "omyłkow", "konfidentiell", "mottagare", "fortrolig", "modtager", "mottaker", "luottamuksell", "vastaanottaj",
    ])

    static let closings: Set<String> = [
        "regards", "best regards", "kind regards", "kindest regards", "warm regards", "best", "best wishes", "with kind regards", "all the best", "yours faithfully",
        "yours truly", "mit freundlichen grüßen", "mit freundlichem gruß", "freundliche grüße", "mit freundlichen grüssen", "viele grüße", "viele grüsse", "beste grüße",
        "liebe grüße", "herzliche grüße", "schöne grüße", "mfg", "lg", "vg", "gruß", "grüße", "cordiali saluti", "un cordiale saluto", "distinti saluti",
        "i miei più cordiali saluti", "cordialmente", "saluti", "un saluto", "tanti saluti", "cari saluti", "cordialità", "con i migliori saluti", "i migliori saluti",
        "buona giornata e cordiali saluti", "in attesa di riscontro, cordiali saluti", "in attesa di un vostro riscontro, cordiali saluti", "porgo distinti saluti",
        "porgo cordiali saluti", "a presto", "cordialement", "bien cordialement", "bien à vous", "sincères salutations", "salutations", "salutations distinguées",
        "meilleures salutations", "saludos", "un saludo", "saludos cordiales", "atentamente", "un cordial saludo", "reciba un cordial saludo", "cumprimentos",
        "com os melhores cumprimentos", "melhores cumprimentos", "atenciosamente", "abraços", "met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet",
        "vriendelijke groeten", "groeten", "groetjes", "groet", "hartelijke groet", "hartelijke groeten", "mvg", "pozdrawiam", "z poważaniem", "z powazaniem",
        "serdecznie pozdrawiam", "pozdrowienia", "med vänlig hälsning", "med vänliga hälsningar", "vänliga hälsningar", "hälsningar", "vänligen", "mvh", "med venlig hilsen",
        "venlig hilsen", "bedste hilsner", "med vennlig hilsen", "vennlig hilsen", "beste hilsener", "hilsen", "hilsner", "mange hilsner", "kh", "vh", "ystävällisin terveisin",
        "terveisin", "parhain terveisin", "terv", "s pozdravem", "s pozdravom", "pozdrav", "üdvözlettel", "с уважением", "з повагою", "saygılarımla", "cu stimă", "lep pozdrav",
    ]
}
