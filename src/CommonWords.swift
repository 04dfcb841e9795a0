/// The most common words of some languages, folded: they tell the language of a short text, and are never taken for a misspelt word.
///
/// Our own lists, of words that carry grammar more than meaning.
enum CommonWords {
    /// Languages, a bit each; the order is that of the lists.
    typealias Marks = UInt16

    /// The languages in whose lists the word of that hash is.
    @inline(__always)
    static func marks(_ hash: UInt64) -> Marks { table.index.find(hash).map { table.marks[Int($0)] } ?? 0 }

    /// The bit of a language; 0 when it has no list.
    static func mark(of language: String) -> Marks {
        languages.firstIndex(of: language).map { 1 << Marks($0) } ?? 0
    }

    static let languages: [String] = texts.map { $0.0 }

    /// One index of all lists: a word is looked up once, whatever the number of languages.
    private static let table: (index: HashIndex, marks: [Marks]) = {
        var words = Words()
        var index = HashIndex(expecting: 2_000)
        var marks: [Marks] = []
        for (language, text) in texts {
            Folding.fold(text, limit: .max, into: &words)
            for range in words.ranges {
                let number = Int(index.insert(FixedHash.hash(words.bytes[range])))
                if number == marks.count { marks.append(0) }
                marks[number] |= mark(of: language)
            }
        }
        return (index, marks)
    }()

    private static let texts: [(String, String)] = [
        (
            "de",
            "der die das ein eine einen einem einer und oder aber nicht kein keine ich du er sie es wir ihr mich mir dich dir uns euch mein meine meinen dein ihre ist sind war bin bist haben habe hat hatte wird werden wurde kann konnen konnte muss mussen soll will wollen mochte wie was wer wo wann warum welche welcher mit von zu zum zur bei aus nach fur auf an in im am uber unter durch ohne gegen noch schon auch nur sehr mehr hier dort jetzt bitte danke ja nein wenn dass weil als bis gibt geht mal"
        ),
        (
            "en",
            "the a an and or but not no yes i you he she it we they me him her us them my your his its our their mine yours this that these those is are was were be been being am do does did done have has had having will would can could shall should may might must what which who whom whose where when why how with without from to of in on at by for about into over under after before between through during against again once here there now then all any both each few more most other some such only own same so than too very just if because as until while up down out off ever never always also please thanks hello get got make made want need know like still yet back since much many long find take give tell ask use see one two new way day week month year time thing something anything nothing someone anyone everyone really already today tomorrow yesterday able let lets im ive dont doesnt didnt cant couldnt wont wouldnt isnt arent wasnt help think show keep put say said going look looking come came work works working try trying tried every around another last next first second into seems seem else however instead though although"
        ),
        (
            "es",
            "el los las un una unos unas y o pero no si yo tu el ella nosotros ustedes ellos mi mis su sus este esta esto ese esa eso es son era ser estar esta estan estoy hay he ha han tengo tiene puedo puede quiero quiere como que quien donde cuando cuanto por porque para con sin de del al en sobre hasta desde muy mas tambien ya aqui ahora gracias hola favor hacer"
        ),
        (
            "fr",
            "le la les un une des du de et ou mais ne pas je tu il elle nous vous ils elles mon ma mes ton votre vos notre ce cette ces est sont etait etre suis ai as avez ont avoir peux peut pouvez veux voudrais comment quoi qui que ou quand combien pourquoi quel quelle avec sans pour sur dans par chez plus tres aussi bien ici maintenant merci bonjour oui non si faire quelle est-ce d l j n qu"
        ),
        (
            "it",
            "il lo la i gli le un uno una l e ed o od ma non no si io tu lui lei noi voi loro mi ti ci vi me te mio mia miei mie tuo tua suo sua nostro nostra vostro vostra questo questa questi queste quello quella quelli quelle che chi cui cosa come dove quando quanto quanta quanti quante perche quale quali di a da in con su per tra fra del dello della dei degli delle al allo alla ai agli alle dal dallo dalla dai dalle nel nello nella nei nelle sul sullo sulla sui sulle col e sono sei siamo siete era ero erano essere stato stata stati state ho hai ha abbiamo avete hanno avere avevo aveva avuto posso puoi puo possiamo potete possono potrei potrebbe devo devi deve dobbiamo dovete devono dovrei dovrebbe voglio vuoi vuole vorrei vorrebbe volevo faccio fai fa fate fanno fare fatto fatta sto stai sta state stanno vado vai va andare viene vengono sapere so sai ancora gia anche pure solo sempre mai piu meno molto molta molti molte tanto troppo poco tutto tutta tutti tutte niente nulla qualcosa qualcuno ogni altro altra altri altre stesso stessa prima dopo ora adesso oggi domani ieri qui qua li la se quindi allora pero invece oppure senza entro dentro fuori sopra sotto verso bene male grazie prego ciao salve buongiorno buonasera favore giorni giorno settimana mese anno volta ne c d dell all nell sull un' esiste serve bisogna riesco riesce arriva arrivato arrivata"
        ),
        (
            "nl",
            "de het een en of maar niet geen ik jij hij zij wij jullie mijn jouw uw zijn haar ons onze is was ben bent heb heeft hebben kan kunnen moet moeten wil willen wordt worden hoe wat wie waar wanneer waarom welke met van voor op aan in uit bij naar over onder door zonder nog al ook alleen zeer meer hier daar nu graag dank ja nee als dat dit deze die er je u"
        ),
        (
            "pt",
            "o os as um uma uns umas e ou mas nao sim eu tu voce ele ela nos voces eles meu minha meus minhas seu sua este esta isto esse essa isso e sao era ser estar esta estao estou ha tenho tem posso pode quero quer como que quem onde quando quanto por porque para com sem de do da dos das ao em no na nos nas sobre ate desde muito mais tambem ja aqui agora obrigado ola fazer"
        ),
    ]
}
